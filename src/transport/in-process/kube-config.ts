import type { KubeConfig, RequestContext } from '@kubernetes/client-node';
import type { UserInfo } from '../../apimachinery/user.ts';
import type { Handler } from '../../endpoints/exchange.ts';
import { createDispatcher } from './dispatcher.ts';
import { defaultUser } from './exchange.ts';

/** Context, cluster and user of the configuration. */
const name = 'binnacle';

/** Never resolved: requests do not leave the process. */
const server = 'https://binnacle.invalid';

/**
 * A KubeConfig of `@kubernetes/client-node` (an optional peer, loaded here) whose API clients, `Watch`, informers and
 * `KubernetesObjectApi` talk to the core without a socket. All of these send their requests through undici's `fetch` with the
 * dispatcher that `applySecurityAuthentication` puts into the request, so that is the one place to hook in. Tokens and
 * impersonation set on its user work. `Exec`, `Attach` and `PortForward` open WebSockets and need a listening server.
 */
export async function inProcessKubeConfig(
  handler: Handler,
  user: UserInfo = defaultUser,
): Promise<KubeConfig> {
  const client = await import('@kubernetes/client-node');
  const dispatcher = createDispatcher(handler, user) as unknown as Parameters<
    RequestContext['setDispatcher']
  >[0];

  class InProcessKubeConfig extends client.KubeConfig {
    override async applySecurityAuthentication(context: RequestContext): Promise<void> {
      await super.applySecurityAuthentication(context);
      context.setDispatcher(dispatcher);
    }

    /** Keeps the inherited method from making a connection pool for every request. */
    override createDispatcherOptions(): ReturnType<KubeConfig['createDispatcherOptions']> {
      return { type: 'none' };
    }

    override async applyToHTTPSOptions(): Promise<void> {
      throw new Error(
        'this KubeConfig has no socket: call listen() and use its kubeconfig for exec, attach and port-forward',
      );
    }
  }

  const config = new InProcessKubeConfig();
  config.loadFromOptions({
    clusters: [{ name, server, skipTLSVerify: false }],
    users: [{ name }],
    contexts: [{ name, cluster: name, user: name }],
    currentContext: name,
  });
  return config;
}
