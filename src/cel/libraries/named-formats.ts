import {
  isDNS1035Label,
  isDNS1123Label,
  isDNS1123Subdomain,
  isQualifiedName,
  isValidLabelValue,
  nameIsDNS1035Label,
  nameIsDNSLabel,
  nameIsDNSSubdomain,
} from '../../apimachinery/names.ts';
import { celPackage } from '../package.ts';
import type { Functions } from './library.ts';

/** What `format.dns1123Label()` and the like are called on. */
class FormatNamespace {}

class NamedFormat {
  readonly findings: (text: string) => readonly string[];

  constructor(findings: (text: string) => readonly string[]) {
    this.findings = findings;
  }
}

const namespaceName = 'kubernetes.FormatNamespace';
const typeName = 'kubernetes.NamedFormat';

export const formatTypes = [
  { name: namespaceName, type: FormatNamespace },
  { name: typeName, type: NamedFormat },
];

export const formatConstant = { name: 'format', type: namespaceName, value: new FormatNamespace() };

const matching = (pattern: RegExp, finding: string) => (text: string) =>
  pattern.test(text) ? [] : [finding];

const isDate = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);

const isUri = (text: string): boolean => text.startsWith('/') || URL.canParse(text);

const check = (isGood: (text: string) => boolean, finding: string) => (text: string) => {
  try {
    return isGood(text) ? [] : [finding];
  } catch {
    return [finding];
  }
};

const formats: ReadonlyMap<string, NamedFormat> = new Map(
  Object.entries({
    dns1123Label: isDNS1123Label,
    dns1123Subdomain: isDNS1123Subdomain,
    dns1035Label: isDNS1035Label,
    dns1123LabelPrefix: (text: string) => nameIsDNSLabel(text, true),
    dns1123SubdomainPrefix: (text: string) => nameIsDNSSubdomain(text, true),
    dns1035LabelPrefix: (text: string) => nameIsDNS1035Label(text, true),
    qualifiedName: isQualifiedName,
    labelValue: isValidLabelValue,
    uri: check(isUri, 'invalid URI'),
    uuid: matching(/^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i, 'does not match the UUID format'),
    byte: matching(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'invalid base64'),
    date: check(isDate, 'invalid date'),
    datetime: matching(/^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/, 'invalid datetime'),
  }).map(([name, findings]) => [name, new NamedFormat(findings)]),
);

const optional = (value: unknown): unknown =>
  value === undefined ? celPackage().Optional.none() : celPackage().Optional.of(value);

/** Kubernetes' `format` library. */
export const formatFunctions: Functions = {
  ...Object.fromEntries(
    [...formats].map(([name, format]) => [`${namespaceName}.${name}(): ${typeName}`, () => format]),
  ),
  [`${namespaceName}.named(string): optional<${typeName}>`]: (_format: unknown, name: string) =>
    optional(formats.get(name)),
  [`${typeName}.validate(string): optional<list<string>>`]: ({ findings }: NamedFormat, text: string) => {
    const found = findings(text);
    return optional(found.length === 0 ? undefined : found);
  },
};
