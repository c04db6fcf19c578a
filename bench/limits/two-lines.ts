import { defineSubject } from '../subjects/subject.js';
import { lineSubject, openLines } from './line-memory.js';

export default defineSubject({
  ...lineSubject,
  name: 'two-lines',
  title: 'a call that reads two random cache lines',
  module: import.meta.url,
  attach: (handle, plan) => openLines('two', handle, plan),
});
