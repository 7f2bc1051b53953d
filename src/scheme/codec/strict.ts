import { DecodeError } from './decode-error.ts';
import type { DecodedText } from './decode-text.ts';
import { inOrderOfText } from './duplicate-keys.ts';

/** In longer texts, in characters, all unknown fields are told before all repeated ones: looking for their order takes time. */
const maxOrderedChars = 256 * 1024;

/**
 * What `fieldValidation` is about: one text per finding, as `Warning:` headers carry them, in the order of the document.
 * `unknown` comes from `shapeObject`. A repeated field that is unknown is only reported as unknown.
 */
export function strictFindings(
  { duplicates, text }: Pick<DecodedText, 'duplicates' | 'text'>,
  unknown: readonly string[],
): string[] {
  // YAML is made JSON, which finds what is repeated, before anybody looks for fields.
  if (duplicates[0]?.startsWith('line ')) return [...duplicates, ...unknown];
  const known = new Set(unknown.map((finding) => finding.replace('unknown field', 'duplicate field')));
  const findings = [...unknown, ...duplicates.filter((finding) => !known.has(finding))];
  const isMixed = unknown.length > 0 && duplicates.length > 0;
  return isMixed && text !== undefined && text.length <= maxOrderedChars
    ? inOrderOfText(text, findings)
    : findings;
}

/** The error that findings become under `fieldValidation=Strict`, or undefined when there are none. */
export function strictDecodingError(findings: readonly string[]): DecodeError | undefined {
  const yaml = findings.filter((text) => text.startsWith('line '));
  const fields = findings.filter((text) => !text.startsWith('line '));
  const texts = [...(yaml.length > 0 ? [`yaml: unmarshal errors:\n  ${yaml.join('\n  ')}`] : []), ...fields];
  return texts.length > 0 ? new DecodeError(`strict decoding error: ${texts.join(', ')}`) : undefined;
}
