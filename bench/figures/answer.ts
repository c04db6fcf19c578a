// The child's side of a measurement in a process of its own: one question, one answer, the end.

export type Reply = { readonly figures: unknown } | { readonly error: string };

/** Answers the first message with what `measure` makes of it, or its error; ends the process. */
export function answerOnce<Q>(measure: (question: Q) => unknown): void {
  process.once('message', async (question: Q) => {
    let reply: Reply;
    try {
      reply = { figures: await measure(question) };
    } catch (error) {
      reply = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    process.send?.(reply, () => process.disconnect());
  });
}
