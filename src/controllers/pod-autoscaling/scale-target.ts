import type { Client } from '../../client/client.ts';
import { isConflict } from '../../client/failure.ts';
import type { HorizontalPodAutoscaler } from '../../client/kinds.ts';
import { whereServed } from './kinds-served.ts';

/** What autoscaling/v1 Scale says. */
export interface Scale {
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number; readonly selector?: string };
}

export interface ScaleTarget {
  readonly scale: Scale;
  /** Asks for this many. A lost race is run again, a few times. */
  resize(replicas: number): Promise<void>;
}

/** client-go's `retry.DefaultRetry`. */
const maxTries = 5;

type Reference = HorizontalPodAutoscaler['spec']['scaleTargetRef'];

/** The group of `apps/v1`, '' for `v1`. Throws an Error for what is no group and version. */
export function groupOf(apiVersion: string): string {
  const parts = apiVersion.split('/');
  if (parts.length > 2) throw new Error(`unexpected GroupVersion string: ${apiVersion}`);
  return parts.length === 2 ? parts[0]! : '';
}

/** The scale of an object of any kind that has one, in the first version that answers. Rejects with why there is none. */
export async function findScale(
  client: Client,
  namespace: string,
  { apiVersion = '', kind, name }: Reference,
): Promise<ScaleTarget> {
  let first: unknown;
  for (const { root, resource } of await whereServed(client, groupOf(apiVersion), kind)) {
    const path = `${root}/namespaces/${namespace}/${resource}/${encodeURIComponent(name)}/scale`;
    try {
      return targetAt(client, path, (await client.send('GET', path)) as Scale);
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
}

function targetAt(client: Client, path: string, scale: Scale): ScaleTarget {
  return {
    scale,
    async resize(replicas) {
      let newest = scale;
      for (let tries = 1; ; tries++) {
        try {
          await client.send('PUT', path, { ...newest, spec: { ...newest.spec, replicas } });
          return;
        } catch (error) {
          if (!isConflict(error) || tries === maxTries) throw error;
          newest = (await client.send('GET', path)) as Scale;
        }
      }
    },
  };
}
