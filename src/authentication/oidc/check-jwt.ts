import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalid,
  required,
} from '../../apimachinery/field-error.ts';
import { isDNS1123Subdomain } from '../../apimachinery/names.ts';
import type { JwtConfig, PrefixedClaim } from './config.ts';

const bothSet = "claim and expression can't both be set";
const noneSet = 'claim or expression is required';

/** What there is to say about rules and mappings before their expressions are compiled (`validateJWTAuthenticator`). */
export const checkJwt = (config: JwtConfig, path: FieldPath): FieldError[] => [
  ...checkRules(config, path.child('claimValidationRules')),
  ...checkMappings(config, path.child('claimMappings')),
  ...checkUserRules(config, path.child('userValidationRules')),
];

function checkRules({ claimValidationRules: rules }: JwtConfig, path: FieldPath): FieldError[] {
  const isRepeated = (field: 'claim' | 'expression', i: number) =>
    rules.findIndex((rule) => rule[field] === rules[i]![field]) < i;
  return rules.flatMap(({ claim, requiredValue, expression, message }, i) => {
    const at = path.index(i);
    if (claim !== '' && expression !== '') return [invalid(at, claim, bothSet)];
    if (claim === '' && expression === '') return [required(at, noneSet)];
    const field = claim === '' ? 'expression' : 'claim';
    const [other, value] = claim === '' ? ['requiredValue', requiredValue] : ['message', message];
    return [
      ...(value === '' ? [] : [invalid(at.child(other), value, `may not be specified when ${field} is set`)]),
      ...(isRepeated(field, i) ? [duplicate(at.child(field), rules[i]![field])] : []),
    ];
  });
}

function checkMappings({ claimMappings }: JwtConfig, path: FieldPath): FieldError[] {
  const { username, groups, uid, extra } = claimMappings;
  const keys = extra.map(({ key }) => key);
  return [
    ...checkPrefixed(username, path.child('username'), true),
    ...checkPrefixed(groups, path.child('groups'), false),
    ...(uid.claim !== '' && uid.expression !== '' ? [invalid(path.child('uid'), '', bothSet)] : []),
    ...extra.flatMap(({ key, valueExpression }, i) => {
      const at = path.child('extra').index(i);
      return [
        ...checkExtraKey(key, at.child('key')),
        ...(keys.indexOf(key) < i ? [duplicate(at.child('key'), key)] : []),
        ...(valueExpression === '' ? [required(at.child('valueExpression'))] : []),
      ];
    }),
  ];
}

function checkPrefixed(
  { claim, prefix, expression }: PrefixedClaim,
  path: FieldPath,
  isNeeded: boolean,
): FieldError[] {
  if (claim !== '' && expression !== '') return [invalid(path, '', bothSet)];
  if (claim === '' && expression === '') return isNeeded ? [required(path, noneSet)] : [];
  if (expression !== '') {
    const isWrong = prefix !== undefined;
    return isWrong
      ? [invalid(path.child('prefix'), prefix, 'may not be specified when expression is set')]
      : [];
  }
  const why = 'prefix is required when claim is set. It can be set to an empty string to disable prefixing';
  return prefix === undefined ? [required(path.child('prefix'), why)] : [];
}

const pathPattern = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;
const reserved = /(^|\.)(kubernetes|k8s)\.io$/;

/** `acme.io/foo`, in lower case, and not of Kubernetes. */
function checkExtraKey(key: string, path: FieldPath): FieldError[] {
  if (key === '') return [required(path)];
  const slash = key.indexOf('/');
  const [host, rest] = slash === -1 ? ['', ''] : [key.slice(0, slash), key.slice(slash + 1)];
  const form =
    host === '' || rest === ''
      ? [invalid(path, key, 'must be a domain-prefixed path (such as "acme.io/foo")')]
      : [
          ...isDNS1123Subdomain(host).map((why) => invalid(path, host, why)),
          ...(pathPattern.test(rest)
            ? []
            : [
                invalid(
                  path,
                  rest,
                  `Invalid path (regex used for validation is '${pathPattern.source.slice(1, -1)}')`,
                ),
              ]),
        ];
  return [
    ...form,
    ...(key === key.toLowerCase() ? [] : [invalid(path, key, 'must be lowercase')]),
    ...(reserved.test(host)
      ? [invalid(path, key, 'k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use')]
      : []),
  ];
}

function checkUserRules({ userValidationRules: rules }: JwtConfig, path: FieldPath): FieldError[] {
  return rules.flatMap(({ expression }, i) => {
    const at = path.index(i).child('expression');
    if (expression === '') return [required(at)];
    return rules.findIndex((rule) => rule.expression === expression) < i ? [duplicate(at, expression)] : [];
  });
}
