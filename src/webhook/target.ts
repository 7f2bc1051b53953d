/** How the server shows who it is. Secrets are functions, so that no log of a target shows one. */
export interface WebhookIdentity {
  /** PEM, both or none. */
  readonly certificate?: string;
  readonly key?: () => string;
  /** The value of the `Authorization` header. Asked for every request: a token file may change. */
  readonly authorization?: () => Promise<string>;
}

/** Where a webhook is, and how to speak to it: what its kubeconfig says, read and checked. */
export interface WebhookTarget extends WebhookIdentity {
  /** http or https, without credentials. Requests go to exactly this. */
  readonly url: URL;
  /** PEM; the system's authorities when absent. */
  readonly ca?: string;
  /** The name to ask for, and to expect in the certificate, when it is not the host of the URL. */
  readonly serverName?: string;
  readonly insecure: boolean;
  /** The `Host` header, where it is not that of the URL. */
  readonly host?: string;
  /** What messages call it, where that is not the URL without its query. */
  readonly text?: string;
}

/** The URL for messages: without its query, which may hold a secret. */
export const targetText = ({ url, text }: Pick<WebhookTarget, 'url' | 'text'>): string =>
  text ?? `${url.origin}${url.pathname}`;
