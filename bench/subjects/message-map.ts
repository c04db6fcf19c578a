import { messageSubject } from './message-client.js';
import { defineSubject } from './subject.js';

export default defineSubject({
  ...messageSubject,
  name: 'message-map',
  title: 'Map behind postMessage',
  module: import.meta.url,
  pipeline: 1,
  notes: [
    'A Map in a thread of its own; each thread waits for an answer before it asks again. The serving thread is one more than the threads counted.',
  ],
});
