// A process that measures one piece of work.

import { answerOnce } from './answer.js';
import { runWork } from './measure-work.js';
import type { Work } from './work.js';

answerOnce((work: Work) => runWork(work));
