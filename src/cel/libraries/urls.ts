import { type Functions, fail } from './library.ts';

const typeName = 'net.URL';

/** An absolute URL, or a path that starts with a slash. */
class CelUrl {
  readonly url: URL;
  readonly hasHost: boolean;

  constructor(url: URL, hasHost: boolean) {
    this.url = url;
    this.hasHost = hasHost;
  }
}

export const urlType = { name: typeName, type: CelUrl };

function parse(text: string): CelUrl | undefined {
  if (text.startsWith('/')) {
    const url = URL.canParse(text, 'http://path') ? new URL(text, 'http://path') : undefined;
    return url && new CelUrl(url, false);
  }
  return URL.canParse(text) ? new CelUrl(new URL(text), true) : undefined;
}

const of =
  <T>(part: (url: URL) => T, without: T) =>
  (value: CelUrl) =>
    value.hasHost ? part(value.url) : without;

/** Kubernetes' `urls` library. */
export const urlFunctions: Functions = {
  'isURL(string): bool': (text: string) => parse(text) !== undefined,
  [`url(string): ${typeName}`]: (text: string) =>
    parse(text) ?? fail(`URL parse error during conversion from string: ${JSON.stringify(text)}`),
  [`${typeName}.getScheme(): string`]: of((url) => url.protocol.slice(0, -1), ''),
  [`${typeName}.getHost(): string`]: of((url) => url.host, ''),
  [`${typeName}.getHostname(): string`]: of((url) => url.hostname.replace(/^\[|\]$/g, ''), ''),
  [`${typeName}.getPort(): string`]: of((url) => url.port, ''),
  [`${typeName}.getEscapedPath(): string`]: ({ url, hasHost }: CelUrl) =>
    hasHost && url.pathname === '/' && !url.href.endsWith('/') ? '' : url.pathname,
  [`${typeName}.getQuery(): map<string, list<string>>`]: ({ url }: CelUrl) =>
    new Map([...new Set(url.searchParams.keys())].map((key) => [key, url.searchParams.getAll(key)])),
};
