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

/** Room for a name and a namespace with a dot between. */
const maxPathBytes = maxSubdomainLength + maxLabelLength + 1;

/** `example.com/signer-name`. */
export function validateSignerName(name: string, path: FieldPath): FieldError[] {
  if (name === '') return [required(path)];
  const segments = name.split('/');
  const [domain = '', rest = ''] = segments;
  if (segments.length !== 2) {
    const detail = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    return [invalid(path, name, detail)];
  }
  const labels = domain.split('.');
  return [
    ...(byteLength(domain) > maxSubdomainLength ? [tooLong(path, maxSubdomainLength)] : []),
    ...labels.flatMap((label) => labelErrors(label, isDNS1123Label, domain, path)),
    ...(labels.length < 2 ? [invalid(path, domain, 'should be a domain with at least two segments')] : []),
    ...rest.split('.').flatMap((label) => labelErrors(label, isDNS1123Subdomain, rest, path)),
    ...(byteLength(rest) > maxPathBytes ? [tooLong(path, maxPathBytes)] : []),
  ];
}

const labelErrors = (
  label: string,
  rule: (value: string) => string[],
  segment: string,
  path: FieldPath,
): FieldError[] =>
  rule(label).map((message) =>
    invalid(path, segment, `validating label ${JSON.stringify(label)}: ${message}`),
  );
