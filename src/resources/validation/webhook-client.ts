import { type FieldError, type FieldPath, invalid, required } from '../../apimachinery/field-error.ts';
import { isDNS1123Subdomain, isValidPortNum } from '../../apimachinery/names.ts';

/** How to reach a webhook: the same shape in webhook configurations and in the conversion of custom resources. */
export interface WebhookClient {
  url?: string;
  service?: { name?: string; namespace?: string; path?: string; port?: number };
  /** PEM in base64. */
  caBundle?: string;
}

const defaultPort = 443;
const urlPattern =
  /^(?:(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/(?:(?<user>[^/?#@]*)@)?(?<host>[^/?#]*))?[^?#]*(?:\?(?<query>[^#]*))?(?:#(?<fragment>.*))?$/s;
const desiredForm = '; desired format: https://host[/path]';

export function defaultWebhookClient(client: WebhookClient | undefined): void {
  if (client?.service) client.service.port ??= defaultPort;
}

export function validateWebhookClient(client: WebhookClient, path: FieldPath): FieldError[] {
  const { url, service } = client;
  if ((url === undefined) === (service === undefined)) {
    return [required(path, 'exactly one of url or service is required')];
  }
  return url === undefined
    ? validateService(service!, path.child('service'))
    : validateUrl(url, path.child('url'));
}

function validateUrl(url: string, path: FieldPath): FieldError[] {
  const { scheme = '', user, host = '', query = '', fragment = '' } = urlPattern.exec(url)?.groups ?? {};
  const errors: FieldError[] = [];
  if (scheme !== 'https') {
    errors.push(invalid(path, scheme, `'https' is the only allowed URL scheme${desiredForm}`));
  }
  if (host === '') errors.push(invalid(path, host, `host must be specified${desiredForm}`));
  if (user !== undefined) {
    errors.push(invalid(path, user, 'user information is not permitted in the URL'));
  }
  if (fragment !== '') errors.push(invalid(path, fragment, 'fragments are not permitted in the URL'));
  if (query !== '') errors.push(invalid(path, query, 'query parameters are not permitted in the URL'));
  return errors;
}

function validateService(service: NonNullable<WebhookClient['service']>, path: FieldPath): FieldError[] {
  const { name = '', namespace = '', port = 0 } = service;
  const portProblems = isValidPortNum(port);
  return [
    // Upstream mixes up the two, and so clients read it.
    ...(namespace === '' ? [required(path.child('name'))] : []),
    ...(name === '' ? [required(path.child('namespace'))] : []),
    ...(portProblems.length > 0
      ? [invalid(path.child('port'), port, `port is not valid: ${portProblems.join(', ')}`)]
      : []),
    ...pathProblems(service.path ?? '')
      .slice(0, maxPathProblems)
      .map((problem) => invalid(path.child('path'), service.path, problem)),
  ];
}

/** Findings on one path; each quotes the whole path. */
const maxPathProblems = 100;

/** Each segment of the path must be a DNS subdomain. */
function pathProblems(urlPath: string): string[] {
  if (urlPath === '' || urlPath === '/') return [];
  if (urlPath === '//') return ['segment[0] may not be empty'];
  const segments = urlPath.slice(1).replace(/\/$/, '').split('/');
  return [
    ...(urlPath.startsWith('/') ? [] : ["must start with a '/'"]),
    ...segments.flatMap((segment, i) =>
      segment === ''
        ? [`segment[${i}] may not be empty`]
        : isDNS1123Subdomain(segment).map((message) => `segment[${i}]: ${message}`),
    ),
  ];
}
