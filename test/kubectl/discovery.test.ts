import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { it } from 'node:test';
import { kubectlFile, kubectlScript, type Script, type Stage } from './script.ts';

/** What the server says of itself. */
const script: Script = {
  steps: [
    {
      run: 'api-resources',
      stdout: [
        /^NAME +SHORTNAMES +APIVERSION +NAMESPACED +KIND$/m,
        /^configmaps +cm +v1 +true +ConfigMap$/m,
        /^deployments +deploy +apps\/v1 +true +Deployment$/m,
        /^namespaces +ns +v1 +false +Namespace$/m,
        /^horizontalpodautoscalers +hpa +autoscaling\/v2 +true +HorizontalPodAutoscaler$/m,
        /^networkpolicies +netpol +networking\.k8s\.io\/v1 +true +NetworkPolicy$/m,
        /^selfsubjectreviews +authentication\.k8s\.io\/v1 +false +SelfSubjectReview$/m,
      ],
    },
    {
      run: 'api-resources -o wide --api-group=apps',
      stdout: [
        /^NAME +SHORTNAMES +APIVERSION +NAMESPACED +KIND +VERBS +CATEGORIES$/m,
        /^deployments +deploy +apps\/v1 +true +Deployment +create,delete,deletecollection,get,list,patch,update,watch +all$/m,
      ],
      without: /configmaps/,
    },
    {
      run: 'api-resources --namespaced=false -o name',
      stdout: [/^namespaces$/m, /^nodes$/m, /^clusterroles\.rbac\.authorization\.k8s\.io$/m],
      without: /^pods$/m,
    },
    { run: 'api-resources --verbs=list,deletecollection -o name', stdout: /^pods$/m, without: /^bindings$/m },
    {
      run: 'api-resources --categories=all -o name',
      stdout: [/^cronjobs\.batch$/m, /^replicationcontrollers$/m],
      without: /configmaps/,
    },
    { run: 'api-resources --sort-by=name --no-headers --cached', stdout: /^apiservices /m },
    {
      run: 'api-versions',
      stdout: [/^apps\/v1$/m, /^autoscaling\/v1\nautoscaling\/v2$/m, /^batch\/v1$/m, /^v1$/m],
      without: /alpha|v1beta1/,
    },
    { run: 'version', stdout: [/^Server Version: v1\.36\.\d+/m], stderr: /./ },
    { run: 'version -o json', stderr: /^WARNING|^$/, json: { serverVersion: { major: '1', minor: '36' } } },
    { run: 'cluster-info', stdout: /Kubernetes control plane.* is running at .*https:\/\/127\.0\.0\.1:\d+/ },
    { run: 'cluster-info dump --output-directory=dump', stdout: 'Cluster info dumped to dump' },
    { run: 'get --raw /version', json: { major: '1', minor: '36' } },
    { run: 'get --raw /api', json: { kind: 'APIVersions', versions: ['v1'] } },
    {
      run: 'get --raw /apis/apps',
      json: { kind: 'APIGroup', preferredVersion: { groupVersion: 'apps/v1' } },
    },
    { run: 'get --raw /apis/batch/v1', stdout: [/"name":"cronjobs"/, /"name":"jobs\/status"/] },
    {
      run: 'get --raw /openapi/v3',
      stdout: [/"api\/v1":\{"serverRelativeURL":"\/openapi\/v3\/api\/v1\?hash=[0-9A-F]+"/],
    },
    { run: 'get --raw /metrics', stdout: /^apiserver_request_total\{/m },
    { run: 'config current-context', stdout: 'binnacle' },
    {
      run: "config view -o jsonpath='{.clusters[0].cluster.server}'",
      stdout: /^https:\/\/127\.0\.0\.1:\d+$/,
    },
  ],
};

/** `kubectl proxy`, asked for a path and ended. */
async function proxied(stage: Stage, path: string): Promise<unknown> {
  const proxy = spawn(kubectlFile, ['proxy', '--port=0'], {
    cwd: stage.dir,
    env: { PATH: process.env['PATH'], ...stage.env },
  });
  try {
    const [line] = (await once(proxy.stdout, 'data')) as [Buffer];
    const address = /127\.0\.0\.1:\d+/.exec(line.toString())?.[0];
    const response = await fetch(`http://${address}${path}`);
    return await response.json();
  } finally {
    proxy.kill();
    await once(proxy, 'close');
  }
}

kubectlScript('discovery', script, (stage) => {
  it('kubectl proxy', async () => {
    const answer = (await proxied(stage(), '/api/v1/namespaces/default')) as { metadata: { name: string } };
    assert.equal(answer.metadata.name, 'default');
  });
});
