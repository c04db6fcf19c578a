import { messageSubject } from './message-client.js';
import { defineSubject } from './subject.js';

export default defineSubject({
  ...messageSubject,
  name: 'message-map-pipelined',
  title: 'Map behind postMessage, pipelined',
  module: import.meta.url,
  pipeline: 64,
  notes: [
    'As message-map, with 64 questions of each thread under way: the throughput is better, each answer comes later.',
  ],
});
