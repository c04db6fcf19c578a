import { explorePairs } from './pairs.js';

explorePairs('string');
