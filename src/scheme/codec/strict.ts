import { DecodeError } from './decode-error.ts';

/**
 * What `fieldValidation` is about: one text per finding, as `Warning:` headers carry them. `duplicates` come from
 * `decodeText`, `unknown` from `shapeObject`. A repeated field that is unknown is only reported as unknown.
 */
export function strictFindings(duplicates: readonly string[], unknown: readonly string[]): string[] {
  const known = new Set(unknown.map((text) => text.replace('unknown field', 'duplicate field')));
  return [...unknown, ...duplicates.filter((text) => !known.has(text))];
}

/** The error that findings become under `fieldValidation=Strict`, or undefined when there are none. */
export function strictDecodingError(
  duplicates: readonly string[],
  unknown: readonly string[],
): DecodeError | undefined {
  const findings = strictFindings(duplicates, unknown);
  const yaml = findings.filter((text) => text.startsWith('line '));
  const fields = findings.filter((text) => !text.startsWith('line '));
  const texts = [...(yaml.length > 0 ? [`yaml: unmarshal errors:\n  ${yaml.join('\n  ')}`] : []), ...fields];
  return texts.length > 0 ? new DecodeError(`strict decoding error: ${texts.join(', ')}`) : undefined;
}
