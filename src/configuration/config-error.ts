/** A configuration file that cannot be used. The message names the file and, where known, line and field: one line. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

/** `FILE:LINE: field: what`. */
export function configError(
  path: string,
  what: string,
  { line, field }: { readonly line?: number; readonly field?: string } = {},
): ConfigError {
  const place = line === undefined ? path : `${path}:${line}`;
  return new ConfigError(field ? `${place}: ${field}: ${what}` : `${place}: ${what}`);
}
