/*
 * An admission webhook that runs in the cluster: a function in a pod behind a Service. Its patch labels every ConfigMap, and it
 * refuses those that hold a password. No certificate is needed, as nothing leaves this process.
 */
import { AdmissionregistrationV1Api, ApiException, AppsV1Api, CoreV1Api } from '@kubernetes/client-node';
import { createCluster, virtualClock } from 'binnacle';

interface Review {
  readonly request: { readonly uid: string; readonly object: { readonly data?: Record<string, string> } };
}

const labels = [{ op: 'add', path: '/metadata/labels', value: { checked: 'yes' } }];

function judge({ request: { uid, object } }: Review) {
  if ('password' in (object.data ?? {})) return { uid, allowed: false, status: { message: 'use a Secret' } };
  const patch = Buffer.from(JSON.stringify(labels)).toString('base64');
  return { uid, allowed: true, patchType: 'JSONPatch', patch };
}

await using cluster = await createCluster({
  clock: virtualClock(),
  controllers: ['*'],
  nodes: 1,
  images: {
    async 'example/judge:1'({ listen, signal }) {
      listen(8443, async (asked) => {
        const response = judge((await asked.json()) as Review);
        return Response.json({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response });
      });
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  },
});
const config = await cluster.kubeConfig();
const core = config.makeApiClient(CoreV1Api);
const namespace = 'default';

const selector = { app: 'judge' };
const judgeContainer = { name: 'judge', image: 'example/judge:1' };
await config.makeApiClient(AppsV1Api).createNamespacedDeployment({
  namespace,
  body: {
    metadata: { name: 'judge' },
    spec: {
      selector: { matchLabels: selector },
      template: { metadata: { labels: selector }, spec: { containers: [judgeContainer] } },
    },
  },
});
await core.createNamespacedService({
  namespace,
  body: { metadata: { name: 'judge' }, spec: { selector, ports: [{ port: 443, targetPort: 8443 }] } },
});
await cluster.settled();

await config.makeApiClient(AdmissionregistrationV1Api).createMutatingWebhookConfiguration({
  body: {
    metadata: { name: 'judge' },
    webhooks: [
      {
        name: 'judge.example.com',
        clientConfig: { service: { namespace, name: 'judge' } },
        rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }],
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
      },
    ],
  },
});

const { metadata } = await core.createNamespacedConfigMap({
  namespace,
  body: { metadata: { name: 'colours' }, data: { sky: 'blue' } },
});
console.log(`checked: ${metadata?.labels?.['checked']}`);
try {
  await core.createNamespacedConfigMap({
    namespace,
    body: { metadata: { name: 'mine' }, data: { password: 'x' } },
  });
} catch (error) {
  if (!(error instanceof ApiException)) throw error;
  console.log(JSON.parse(error.body).message);
}
