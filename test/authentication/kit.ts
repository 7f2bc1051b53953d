import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { KubeConfig } from '@kubernetes/client-node';
import { type Cluster, type ClusterOptions, createCluster } from '../../src/testing/cluster.ts';
import type { Loose } from '../helpers/api.ts';

export interface Asked {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** PEM: who the client is by certificate. */
  readonly identity?: { readonly cert: string; readonly key: string };
  /** A connection that was made before, or is kept for later. */
  readonly agent?: https.Agent;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** Who the server takes the sender for; undefined when it is not let in. */
  readonly user: Loose;
}

export interface Wire {
  readonly cluster: Cluster;
  readonly port: number;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string;
  /** Creates a SelfSubjectReview, or gets `path`. */
  ask(asked?: Asked): Promise<Answer>;
}

const whoAmI = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

/** A cluster behind a real TLS port. */
export async function onTheWire(t: TestContext, options: ClusterOptions): Promise<Wire> {
  const cluster = await createCluster(options);
  t.after(() => cluster.close());
  const { port, kubeconfigPath } = await cluster.listen();
  const config = new KubeConfig();
  config.loadFromString(await readFile(kubeconfigPath, 'utf8'));
  const ca = Buffer.from(config.getCurrentCluster()?.caData ?? '', 'base64').toString();
  return {
    cluster,
    port,
    ca,
    async ask({ path, headers = {}, identity, agent } = {}) {
      const request = https.request({
        host: '127.0.0.1',
        port,
        ca,
        ...identity,
        method: path === undefined ? 'POST' : 'GET',
        path: path ?? whoAmI,
        headers: {
          ...(path === undefined ? { 'content-type': 'application/json' } : {}),
          ...headers,
        } as Record<string, string>,
        agent: agent ?? false,
      });
      // With a text, Node sends the headers in UTF-8 too.
      request.end(path === undefined ? Buffer.from('{}') : undefined);
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      const body = await text(response);
      const { status = undefined } = path === undefined ? JSON.parse(body) : {};
      return {
        status: response.statusCode ?? 0,
        headers: response.headers,
        text: body,
        user: status?.userInfo,
      };
    },
  };
}
