import { defineSubject } from '../subjects/subject.js';
import { lineSubject, openLines } from './line-memory.js';

export default defineSubject({
  ...lineSubject,
  name: 'empty-call',
  title: 'a call into WebAssembly',
  module: import.meta.url,
  attach: (handle, plan) => openLines('call', handle, plan),
});
