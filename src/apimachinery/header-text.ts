const beyondAscii = /[\u0080-\u00ff]/;

/** What a header's value says. Values come with one character for each byte; names of people in them are UTF-8. */
export const headerText = (value: string): string =>
  beyondAscii.test(value) ? Buffer.from(value, 'latin1').toString('utf8') : value;
