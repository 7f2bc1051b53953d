import {
  emptyMessage,
  isDNS1035Label,
  isDNS1123Subdomain,
  patternMessage,
} from '../../../apimachinery/names.ts';

const prefixed = (messages: readonly string[], prefix: string) =>
  messages.map((message) => `${prefix}${message}`);

/** `<group>.<resource>`, such as `apps.deployments`. */
export function storageVersionNameErrors(name: string): string[] {
  const dot = name.lastIndexOf('.');
  if (dot < 0) return ['name must be in the form of <group>.<resource>'];
  return [
    ...prefixed(isDNS1123Subdomain(name.slice(0, dot)), 'the group segment '),
    ...prefixed(isDNS1035Label(name.slice(dot + 1)), 'the resource segment '),
  ];
}

/** `v1` or `apps/v1`. */
export function apiVersionErrors(apiVersion: string): string[] {
  const parts = apiVersion.split('/');
  if (parts.length > 2) {
    const pattern = patternMessage(
      "a DNS-1035 label, which must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
      '[a-z]([-a-z0-9]*[a-z0-9])?',
      'my-name',
      'abc-123',
    );
    return [
      `an apiVersion is ${pattern} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyVersion')`,
    ];
  }
  const check = (part: string, label: string, rule: (text: string) => string[]) =>
    prefixed(part === '' ? [emptyMessage] : rule(part), label);
  return [
    ...(parts.length === 2 ? check(parts[0]!, 'group part: ', isDNS1123Subdomain) : []),
    ...check(parts.at(-1)!, 'version part: ', isDNS1035Label),
  ];
}
