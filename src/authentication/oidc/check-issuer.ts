import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalid,
  required,
} from '../../apimachinery/field-error.ts';
import { parseAuthorities } from '../client-authorities.ts';
import type { IssuerConfig } from './config.ts';

const matchAny = 'MatchAny';

/** `validateIssuer`. */
export function checkIssuer(
  issuer: IssuerConfig,
  disallowedIssuers: readonly string[],
  path: FieldPath,
): FieldError[] {
  const { url, discoveryURL, certificateAuthority, egressSelectorType } = issuer;
  const errors =
    url === '' ? [required(path.child('url'))] : checkUrl(url, disallowedIssuers, path.child('url'));
  if (discoveryURL !== '') errors.push(...checkDiscoveryUrl(url, discoveryURL, path.child('discoveryURL')));
  errors.push(...checkAudiences(issuer, path));
  if (certificateAuthority !== '' && !areCertificates(certificateAuthority)) {
    const why = 'data does not contain any valid RSA or ECDSA certificates';
    errors.push(invalid(path.child('certificateAuthority'), '<omitted>', why));
  }
  if (egressSelectorType !== '') {
    const why = 'egress selection is not supported';
    errors.push(invalid(path.child('egressSelectorType'), egressSelectorType, why));
  }
  return errors;
}

const withoutSlashes = (url: string) => url.replace(/\/+$/, '');

function checkDiscoveryUrl(issuerUrl: string, url: string, path: FieldPath): FieldError[] {
  const isSame = issuerUrl !== '' && withoutSlashes(issuerUrl) === withoutSlashes(url);
  return [
    ...(isSame ? [invalid(path, url, 'discoveryURL must be different from URL')] : []),
    ...checkUrl(url, [], path),
  ];
}

function checkUrl(text: string, disallowed: readonly string[], path: FieldPath): FieldError[] {
  const wrong = (why: string) => invalid(path, text, why);
  const errors = disallowed.includes(text)
    ? [wrong(`URL must not overlap with disallowed issuers: [${[...disallowed].sort().join(' ')}]`)]
    : [];
  const url = URL.parse(text);
  // Without a scheme a text is a relative reference, which has none of the right ones.
  if (!url) {
    return [
      ...errors,
      wrong(/^[a-z][a-z\d+.-]*:/i.test(text) ? 'URL cannot be parsed' : 'URL scheme must be https'),
    ];
  }
  if (url.protocol !== 'https:') errors.push(wrong('URL scheme must be https'));
  if (url.username !== '' || url.password !== '')
    errors.push(wrong('URL must not contain a username or password'));
  if (url.search !== '') errors.push(wrong('URL must not contain a query'));
  if (url.hash !== '') errors.push(wrong('URL must not contain a fragment'));
  return errors;
}

function checkAudiences(
  { audiences, audienceMatchPolicy: policy }: IssuerConfig,
  path: FieldPath,
): FieldError[] {
  const at = path.child('audiences');
  if (audiences.length === 0) return [required(at, `at least one ${at} is required`)];
  const errors = audiences.flatMap((audience, i) => [
    ...(audience === '' ? [required(at.index(i))] : []),
    ...(audiences.indexOf(audience) < i ? [duplicate(at.index(i), audience)] : []),
  ]);
  const wrong = (why: string) => errors.push(invalid(path.child('audienceMatchPolicy'), policy, why));
  if (audiences.length > 1 && policy !== matchAny) {
    wrong('audienceMatchPolicy must be MatchAny for multiple audiences');
  }
  if (audiences.length === 1 && policy !== '' && policy !== matchAny) {
    wrong('audienceMatchPolicy must be empty or MatchAny for single audience');
  }
  return errors;
}

function areCertificates(pem: string): boolean {
  try {
    return parseAuthorities('', pem).length > 0;
  } catch {
    return false;
  }
}
