// Loaded into each process of the emulated Node: what it starts as itself must be emulated too.
if (process.env.ARM64_NODE) {
  process.execPath = process.env.ARM64_NODE;
  // A process with a channel to its parent runs tests, which must not pass on another processor.
  if (process.send && process.arch !== 'arm64') throw new Error(`the tests run on ${process.arch}`);
}
