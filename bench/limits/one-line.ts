import { defineSubject } from '../subjects/subject.js';
import { lineSubject, openLines } from './line-memory.js';

export default defineSubject({
  ...lineSubject,
  name: 'one-line',
  title: 'a call that reads one random cache line',
  module: import.meta.url,
  attach: (handle, plan) => openLines('one', handle, plan),
});
