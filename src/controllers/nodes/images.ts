import { configMaps, type Node, nodes, type Pod, secrets } from '../../client/kinds.ts';
import type { AnyStored, Resource } from '../../client/resource.ts';
import type { ControllerTools } from '../types.ts';
import type { ContainerStart, ImplementationOf } from './container.ts';
import { functionContainer } from './function-container.ts';
import type { FileSources } from './mounted-files.ts';
import type { NodeVoices } from './node-users.ts';
import { hostIPs } from './preparation.ts';

interface WithData extends AnyStored {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

interface TokenAnswer {
  readonly status: { readonly token: string };
}

/** What runs containers of images that are functions. */
export function functionImages(
  { images = {}, fetch = nobody, clock, activity, informers }: ControllerTools,
  voices: NodeVoices,
): ImplementationOf {
  const tools = {
    ...{ clock, activity, fetch },
    placed: (start: ContainerStart) =>
      placed(start, informers.of(nodes).get('', start.pod.spec?.nodeName ?? '')),
    sourcesOf: (start: ContainerStart) => sourcesOf(start, voices),
  };
  return (_, { image = '' }) =>
    Object.hasOwn(images, image) ? functionContainer(images[image]!, tools) : undefined;
}

function placed({ pod, ip }: ContainerStart, node: Node | undefined): Pod {
  const [hostIP, ...others] = node ? hostIPs(node) : [];
  const host = hostIP ? { hostIP, hostIPs: [hostIP, ...others].map((one) => ({ ip: one })) } : {};
  const [podIP, ...more] = ip?.split(',') ?? [];
  const own = podIP ? { podIP, podIPs: [podIP, ...more].map((one) => ({ ip: one })) } : {};
  return { ...pod, status: { ...pod.status, ...host, ...own } };
}

const nobody: typeof fetch = () => Promise.reject(new TypeError('fetch failed: there is no way to the API'));

/** Read by the node, as whom it may read what its pods name. */
function sourcesOf({ pod }: ContainerStart, voices: NodeVoices): FileSources {
  const { name, namespace, uid } = pod.metadata;
  const { client } = voices.voiceOf(pod.spec?.nodeName ?? '');
  return {
    async dataOf(kind, of) {
      const resource = (kind === 'configmap' ? configMaps : secrets) as unknown as Resource<WithData>;
      const object = await client
        .of(resource)
        .get(namespace, of)
        .catch(() => undefined);
      if (!object) return undefined;
      const encoding = kind === 'configmap' ? 'utf8' : 'base64';
      const { data = {}, binaryData = {} } = object;
      return new Map([
        ...Object.entries(data).map(([key, text]) => [key, Buffer.from(text, encoding)] as const),
        ...Object.entries(binaryData).map(([key, text]) => [key, Buffer.from(text, 'base64')] as const),
      ]);
    },
    async tokenOf({ audience, expirationSeconds }) {
      const account = pod.spec?.serviceAccountName ?? 'default';
      const target = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;
      const answer = await client.send('POST', target, {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: {
          audiences: audience ? [audience] : [],
          ...(expirationSeconds === undefined ? {} : { expirationSeconds }),
          boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
        },
      });
      return (answer as TokenAnswer).status.token;
    },
  };
}
