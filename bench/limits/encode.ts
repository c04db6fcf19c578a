import { defineSubject } from '../subjects/subject.js';
import { encodeSubject, openEncode } from './line-memory.js';

export default defineSubject({
  ...encodeSubject,
  name: 'encode',
  title: 'a 16-character key written into shared memory',
  module: import.meta.url,
  attach: (handle) => openEncode(handle),
});
