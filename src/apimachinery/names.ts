/**
 * The name rules of apimachinery `util/validation` and `api/validate/content`. Every function returns the reference
 * server's messages, an empty list when the value is fine.
 */

const labelFormat = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const labelMessage =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const subdomainFormat = `${labelFormat}(\\.${labelFormat})*`;
const subdomainMessage =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const underscoreLabelFormat = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const underscoreSubdomainFormat = `${underscoreLabelFormat}(\\.${underscoreLabelFormat})*`;
const underscoreSubdomainMessage =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character";
const wildcardFormat = `\\*\\.${subdomainFormat}`;
const wildcardMessage =
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";
const label1035Format = '[a-z]([-a-z0-9]*[a-z0-9])?';
const label1035Message =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
const labelKeyFormat = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelKeyMessage =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const labelValueFormat = `(${labelKeyFormat})?`;
const labelValueMessage =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const identifierFormat = '[A-Za-z_][A-Za-z0-9_]*';
const identifierMessage =
  "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'";
const percentFormat = '[0-9]+%';
const percentMessage = "a valid percent string must be a numeric string followed by an ending '%'";
const headerFormat = '[-A-Za-z0-9]+';
const headerMessage = "a valid HTTP header must consist of alphanumeric characters or '-'";
const configKeyFormat = '[-._a-zA-Z0-9]+';
const configKeyMessage = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
const envNameMessage =
  "a valid environment variable name must consist only of printable ASCII characters other than '='";

const whole = (format: string) => new RegExp(`^(?:${format})$`);

const labelPattern = whole(labelFormat);
const subdomainPattern = whole(subdomainFormat);
const underscoreSubdomainPattern = whole(underscoreSubdomainFormat);
const wildcardPattern = whole(wildcardFormat);
const label1035Pattern = whole(label1035Format);
const labelKeyPattern = whole(labelKeyFormat);
const labelValuePattern = whole(labelValueFormat);
const identifierPattern = whole(identifierFormat);
const percentPattern = whole(percentFormat);
const headerPattern = whole(headerFormat);
const configKeyPattern = whole(configKeyFormat);
const envNamePattern = /^[ -<>-~]*$/;
const portNamePattern = /^[-a-z0-9]+$/;
const lowerCaseLetter = /[a-z]/;

/** Bytes of a DNS label, a label value and the name part of a label key. */
export const maxLabelLength = 63;
/** Bytes of a DNS subdomain and of a ConfigMap key. */
export const maxSubdomainLength = 253;
const maxPortNameLength = 15;
const maxUnixId = 0x7fff_ffff;

/** UTF-8 bytes of a text, which is what upstream's length rules count. */
export const byteLength = (text: string): number => Buffer.byteLength(text);

const longerThan = (text: string, maxBytes: number) =>
  text.length > maxBytes || (text.length * 3 > maxBytes && byteLength(text) > maxBytes);

/** For label keys and values; names count the same and say characters. */
export const maxLengthMessage = (maxBytes: number): string => `must be no more than ${maxBytes} bytes`;
const tooManyMessage = (maxBytes: number): string => `must be no more than ${maxBytes} characters`;
export const emptyMessage = 'must be non-empty';
export const rangeMessage = (min: number, max: number): string =>
  `must be between ${min} and ${max}, inclusive`;

/** The rule, examples and pattern in one sentence, spaced as upstream spaces it. */
export function patternMessage(rule: string, format: string, ...examples: string[]): string {
  const pattern = `regex used for validation is '${format}')`;
  if (examples.length === 0) return `${rule} (${pattern}`;
  return `${rule} (e.g. ${examples.map((example) => `'${example}', `).join(' or ')}${pattern}`;
}

export function isDNS1123Label(value: string): string[] {
  const errors = longerThan(value, maxLabelLength) ? [tooManyMessage(maxLabelLength)] : [];
  if (labelPattern.test(value)) return errors;
  if (subdomainPattern.test(value)) return [...errors, 'must not contain dots'];
  return [...errors, patternMessage(labelMessage, labelFormat, 'my-name', '123-abc')];
}

export function isDNS1123Subdomain(value: string): string[] {
  const errors = longerThan(value, maxSubdomainLength) ? [tooManyMessage(maxSubdomainLength)] : [];
  if (!subdomainPattern.test(value)) {
    errors.push(patternMessage(subdomainMessage, subdomainFormat, 'example.com'));
  }
  return errors;
}

/** A DNS subdomain whose labels may hold underscores: search domains and SRV records. */
export function isDNS1123SubdomainWithUnderscore(value: string): string[] {
  const errors = longerThan(value, maxSubdomainLength) ? [tooManyMessage(maxSubdomainLength)] : [];
  if (!underscoreSubdomainPattern.test(value)) {
    errors.push(patternMessage(underscoreSubdomainMessage, underscoreSubdomainFormat, 'example.com'));
  }
  return errors;
}

export function isDNS1035Label(value: string): string[] {
  const errors = longerThan(value, maxLabelLength) ? [tooManyMessage(maxLabelLength)] : [];
  if (!label1035Pattern.test(value)) {
    errors.push(patternMessage(label1035Message, label1035Format, 'my-name', 'abc-123'));
  }
  return errors;
}

/** `*.` and a DNS subdomain: the host of an ingress rule. */
export function isWildcardDNS1123Subdomain(value: string): string[] {
  const errors = longerThan(value, maxSubdomainLength) ? [tooManyMessage(maxSubdomainLength)] : [];
  if (!wildcardPattern.test(value)) {
    errors.push(patternMessage(wildcardMessage, wildcardFormat, '*.example.com'));
  }
  return errors;
}

const labelKeyRule = patternMessage(labelKeyMessage, labelKeyFormat, 'MyName', 'my.name', '123-abc');

/** A label key: an optional DNS subdomain and `/`, then a name of at most 63 bytes. */
export function isQualifiedName(value: string): string[] {
  const slash = value.indexOf('/');
  if (slash !== value.lastIndexOf('/')) {
    return [
      `a valid label key ${labelKeyRule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const name = value.slice(slash + 1);
  const errors: string[] = [];
  if (slash === 0) errors.push(`prefix part ${emptyMessage}`);
  else if (slash > 0) {
    for (const message of isDNS1123Subdomain(value.slice(0, slash))) errors.push(`prefix part ${message}`);
  }
  if (name === '') errors.push(`name part ${emptyMessage}`);
  else if (longerThan(name, maxLabelLength)) errors.push(`name part ${maxLengthMessage(maxLabelLength)}`);
  if (!labelKeyPattern.test(name)) errors.push(`name part ${labelKeyRule}`);
  return errors;
}

export function isValidLabelValue(value: string): string[] {
  const errors = longerThan(value, maxLabelLength) ? [maxLengthMessage(maxLabelLength)] : [];
  if (!labelValuePattern.test(value)) {
    errors.push(patternMessage(labelValueMessage, labelValueFormat, 'MyValue', 'my_value', '12345'));
  }
  return errors;
}

/** What a URL path segment, and so every object name, must be. `prefix`: the text is a generateName. */
export function isPathSegmentName(name: string, prefix = false): string[] {
  const errors: string[] = [];
  if (!prefix && name === '.') return ["may not be '.'"];
  if (!prefix && name === '..') return ["may not be '..'"];
  for (const character of ['/', '%']) {
    if (name.includes(character)) errors.push(`may not contain '${character}'`);
  }
  return errors;
}

/** A key of a ConfigMap or Secret. */
export function isConfigMapKey(value: string): string[] {
  const errors = longerThan(value, maxSubdomainLength) ? [tooManyMessage(maxSubdomainLength)] : [];
  if (!configKeyPattern.test(value)) {
    errors.push(patternMessage(configKeyMessage, configKeyFormat, 'key.name', 'KEY_NAME', 'key-name'));
  }
  if (value === '.') errors.push("must not be '.'");
  else if (value === '..') errors.push("must not be '..'");
  else if (value.startsWith('..')) errors.push("must not start with '..'");
  return errors;
}

/** The name of an environment variable, by the relaxed rule: printable ASCII without `=`. */
export function isEnvVarName(value: string): string[] {
  const errors = value === '' ? [`environment variable name ${emptyMessage}`] : [];
  if (!envNamePattern.test(value)) errors.push(envNameMessage);
  return errors;
}

/** An IANA service name, as ports are named. */
export function isValidPortName(value: string): string[] {
  const errors = longerThan(value, maxPortNameLength) ? [tooManyMessage(maxPortNameLength)] : [];
  if (!portNamePattern.test(value)) {
    errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!lowerCaseLetter.test(value)) errors.push('must contain at least one letter (a-z)');
  if (value.includes('--')) errors.push('must not contain consecutive hyphens');
  if (value.startsWith('-') || value.endsWith('-')) errors.push('must not begin or end with a hyphen');
  return errors;
}

export const isInRange = (value: number, min: number, max: number): string[] =>
  value >= min && value <= max ? [] : [rangeMessage(min, max)];

export const isValidPortNum = (port: number): string[] => isInRange(port, 1, 65535);
export const isValidUserID = (id: number): string[] => isInRange(id, 0, maxUnixId);
export const isValidGroupID = (id: number): string[] => isInRange(id, 0, maxUnixId);

export const isCIdentifier = (value: string): string[] =>
  identifierPattern.test(value)
    ? []
    : [patternMessage(identifierMessage, identifierFormat, 'my_name', 'MY_NAME', 'MyName')];

export const isHTTPHeaderName = (value: string): string[] =>
  headerPattern.test(value) ? [] : [patternMessage(headerMessage, headerFormat, 'X-Header-Name')];

export const isValidPercent = (value: string): string[] =>
  percentPattern.test(value) ? [] : [patternMessage(percentMessage, percentFormat, '1%', '93%')];

/** A generateName may end in what a name may not: the random suffix follows. */
const maskTrailingDash = (name: string) =>
  name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;

/*
 * Rules for `metadata.name`. With `prefix` the text is a generateName.
 */

export type NameRule = (name: string, prefix: boolean) => string[];

export const nameIsDNSSubdomain: NameRule = (name, prefix) =>
  isDNS1123Subdomain(prefix ? maskTrailingDash(name) : name);
export const nameIsDNSLabel: NameRule = (name, prefix) =>
  isDNS1123Label(prefix ? maskTrailingDash(name) : name);
export const nameIsDNS1035Label: NameRule = (name, prefix) =>
  isDNS1035Label(prefix ? maskTrailingDash(name) : name);
export const nameIsPathSegment: NameRule = isPathSegmentName;
