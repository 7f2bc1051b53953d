import {
  type FieldError,
  type FieldPath,
  invalid,
  required,
  tooLong,
} from '../../apimachinery/field-error.ts';
import {
  byteLength,
  isDNS1123Label,
  isDNS1123Subdomain,
  maxLabelLength,
  maxSubdomainLength,
} from '../../apimachinery/names.ts';

/** `<domain>/<namespace>.<name>` */
const maxSignerNameLength = maxSubdomainLength + 1 + (maxSubdomainLength + maxLabelLength + 1);

/** A signer is named `example.com/signer-name`. Source: `core/validation.ValidateSignerName`. */
export function validateSignerName(signerName: string, path: FieldPath): FieldError[] {
  if (signerName === '') return [required(path)];
  const segments = signerName.split('/');
  if (segments.length !== 2) {
    const form = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    return [invalid(path, signerName, form)];
  }
  const [domain, name] = segments as [string, string];
  return [
    ...(byteLength(domain) > maxSubdomainLength ? [tooLong(path, maxSubdomainLength)] : []),
    ...validateLabels(domain, isDNS1123Label, path),
    ...(domain.includes('.')
      ? []
      : [invalid(path, domain, 'should be a domain with at least two segments separated by dots')]),
    ...validateLabels(name, isDNS1123Subdomain, path),
    ...(byteLength(signerName) > maxSignerNameLength ? [tooLong(path, maxSignerNameLength)] : []),
  ];
}

/** Findings on the first label that breaks the rule. */
function validateLabels(text: string, rule: (label: string) => string[], path: FieldPath): FieldError[] {
  for (const label of text.split('.')) {
    const messages = rule(label);
    if (messages.length === 0) continue;
    return messages.map((message) =>
      invalid(path, text, `validating label ${JSON.stringify(label)}: ${message}`),
    );
  }
  return [];
}
