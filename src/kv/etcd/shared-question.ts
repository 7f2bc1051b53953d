/**
 * Makes one question of many: whoever asks while one is on its way shares the next. An answer that is on its way may have been made
 * before what the caller knows of, so it is not good enough.
 */
export function sharedQuestion<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  let next: Promise<T> | undefined;

  const askNow = (): Promise<T> => {
    next = undefined;
    const question = ask();
    asked = question;
    const done = () => {
      if (asked === question) asked = undefined;
    };
    question.then(done, done);
    return question;
  };

  return () => {
    if (!asked) return askNow();
    return (next ??= asked.then(askNow, askNow));
  };
}
