import { kubectlScript, type Script } from './script.ts';

const prefix = 'pod-security.kubernetes.io';

/** What whoever uses a guarded namespace sees: Pod Security Standards, quotas, namespaces. */
const script: Script = {
  steps: [
    { run: 'run before --image=nginx', stdout: 'pod/before created' },
    {
      run: `label namespace default ${prefix}/enforce=restricted`,
      stdout: 'namespace/default labeled',
      stderr: [
        /Warning: existing pods in namespace "default" violate the new PodSecurity enforce level "restricted:latest"/,
        /Warning: before: allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile/,
      ],
    },
    {
      run: 'run after --image=nginx',
      code: 1,
      stderr:
        /Error from server \(Forbidden\): pods "after" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false \(container "after" must set securityContext\.allowPrivilegeEscalation=false\)/,
    },
    {
      run: 'create deployment web --image=nginx',
      stdout: 'deployment.apps/web created',
      stderr:
        /Warning: would violate PodSecurity "restricted:latest": allowPrivilegeEscalation != false \(container "nginx"/,
    },
    {
      run: `label namespace default ${prefix}/enforce=harsh --overwrite`,
      code: 1,
      stderr:
        /metadata\.labels\[pod-security\.kubernetes\.io\/enforce\]: Invalid value: "harsh": must be one of privileged, baseline, restricted/,
    },
    { run: 'create quota few --hard=configmaps=1,count/jobs.batch=0', stdout: 'resourcequota/few created' },
    {
      run: `patch resourcequota few --subresource=status --type=merge -p '{"status":{"hard":{"configmaps":"1","count/jobs.batch":"0"},"used":{"configmaps":"0","count/jobs.batch":"0"}}}'`,
      stdout: 'resourcequota/few patched',
    },
    { run: 'create configmap a', stdout: 'configmap/a created' },
    {
      run: 'create configmap b',
      code: 1,
      stderr:
        'error: failed to create configmap: configmaps "b" is forbidden: exceeded quota: few, requested: configmaps=1, used: configmaps=1, limited: configmaps=1',
    },
    {
      run: 'create job once --image=busybox',
      code: 1,
      stderr:
        /jobs\.batch "once" is forbidden: exceeded quota: few, requested: count\/jobs\.batch=1, used: count\/jobs\.batch=0, limited: count\/jobs\.batch=0/,
    },
    { run: 'get quota few', stdout: [/few/, /configmaps: 1\/1/] },
    {
      run: 'create configmap c --namespace=nowhere',
      code: 1,
      stderr: /namespaces "nowhere" not found/,
    },
  ],
};

kubectlScript('what a guarded namespace lets in', script);
