import type { RequestHeaderOptions } from './options.ts';

type Headers = Readonly<Record<string, string | undefined>>;

/** Headers in which a front proxy says who is asking. Nobody behind authentication may see them: it could believe them. */
export interface ProxyHeaders {
  areIn(headers: Headers): boolean;
  without(headers: Headers): Headers;
}

/** Cleared whether a front proxy is configured or not, as upstream does: other API servers believe them. */
const usualNames = ['x-remote-user', 'x-remote-uid', 'x-remote-group'];
const usualPrefix = 'x-remote-extra-';

export function proxyHeaders(proxy: RequestHeaderOptions): ProxyHeaders {
  const lower = (texts: readonly string[]) => [...new Set(texts.map((text) => text.trim().toLowerCase()))];
  const configured = [...proxy.usernameHeaders, ...proxy.uidHeaders, ...proxy.groupHeaders];
  const names = new Set(lower([...usualNames, ...configured]));
  const prefixes = lower([usualPrefix, ...proxy.extraHeadersPrefix]);
  /** Hardly any header begins like one of them, and every request has several. */
  const firstLetters = new Set([...names, ...prefixes].map((text) => text.charCodeAt(0)));
  const isOne = (name: string) =>
    firstLetters.has(name.charCodeAt(0)) &&
    (names.has(name) || prefixes.some((prefix) => name.startsWith(prefix)));
  return {
    areIn(headers) {
      for (const name in headers) if (isOne(name)) return true;
      return false;
    },
    without: (headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => !isOne(name))),
  };
}
