import { kubectlScript, type Script } from './script.ts';

/** Every generator of `kubectl create`, `run`, `expose` and `autoscale`, and what the server made of it. */
const script: Script = {
  files: {
    'settings.properties': 'color=blue\nsize=large\n',
    'note.txt': 'hello\n',
  },
  steps: [
    {
      run: 'create configmap settings --from-literal=color=blue --from-file=note.txt',
      stdout: 'configmap/settings created',
    },
    { run: 'get configmap settings -o json', json: { data: { color: 'blue', 'note.txt': 'hello\n' } } },
    {
      run: 'create configmap from-env --from-env-file=settings.properties',
      stdout: 'configmap/from-env created',
    },
    { run: "get cm from-env -o jsonpath='{.data.size}'", stdout: 'large' },
    {
      run: 'create configmap settings',
      code: 1,
      stderr: 'error: failed to create configmap: configmaps "settings" already exists',
    },

    { run: 'create secret generic db --from-literal=password=s3cret', stdout: 'secret/db created' },
    { run: 'get secret db -o json', json: { type: 'Opaque', data: { password: 'czNjcmV0' } } },
    {
      run: 'create secret docker-registry pull --docker-server=registry.example --docker-username=u --docker-password=p',
      stdout: 'secret/pull created',
    },
    {
      run: 'get secret pull',
      stdout: /^NAME +TYPE +DATA +AGE\npull +kubernetes\.io\/dockerconfigjson +1 +\d+s$/m,
    },
    {
      run: 'create secret tls edge --cert=../data/pki/apiserver.crt --key=../data/pki/apiserver.key',
      stdout: 'secret/edge created',
    },
    {
      run: "get secret edge -o go-template='{{range $k, $v := .data}}{{$k}} {{end}}'",
      stdout: 'tls.crt tls.key',
    },
    {
      run: 'create secret generic broken --type=kubernetes.io/tls --from-literal=tls.crt=x',
      code: 1,
      stderr: /Secret "broken" is invalid: data\[tls\.key\]: Required value$/m,
    },

    {
      run: 'create deployment web --image=nginx:1.27 --replicas=3 --port=80',
      stdout: 'deployment.apps/web created',
    },
    {
      run: 'get deployment web -o json',
      json: {
        metadata: { generation: 1, labels: { app: 'web' } },
        spec: {
          replicas: 3,
          revisionHistoryLimit: 10,
          progressDeadlineSeconds: 600,
          selector: { matchLabels: { app: 'web' } },
          strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
          template: {
            spec: {
              containers: [
                {
                  name: 'nginx',
                  image: 'nginx:1.27',
                  imagePullPolicy: 'IfNotPresent',
                  ports: [{ containerPort: 80, protocol: 'TCP' }],
                  terminationMessagePath: '/dev/termination-log',
                  terminationMessagePolicy: 'File',
                },
              ],
              dnsPolicy: 'ClusterFirst',
              restartPolicy: 'Always',
              schedulerName: 'default-scheduler',
              terminationGracePeriodSeconds: 30,
            },
          },
        },
      },
    },
    { run: 'create job pi --image=perl:5 -- perl -e print', stdout: 'job.batch/pi created' },
    {
      run: 'get job pi -o json',
      json: {
        spec: {
          backoffLimit: 6,
          completionMode: 'NonIndexed',
          completions: 1,
          manualSelector: false,
          parallelism: 1,
          suspend: false,
          template: { spec: { restartPolicy: 'Never', containers: [{ command: ['perl', '-e', 'print'] }] } },
        },
      },
    },
    {
      run: "get job pi -o jsonpath='{.spec.selector.matchLabels}{.spec.template.metadata.labels}'",
      stdout: [/"batch\.kubernetes\.io\/controller-uid":"[0-9a-f-]{36}"/, /"job-name":"pi"/],
    },
    {
      run: "create cronjob nightly --image=busybox --schedule='0 3 * * *' -- echo hi",
      stdout: 'cronjob.batch/nightly created',
    },
    {
      run: 'get cronjob nightly',
      stdout:
        /^NAME +SCHEDULE +TIMEZONE +SUSPEND +ACTIVE +LAST SCHEDULE +AGE\nnightly +0 3 \* \* \* +<none> +False +0 +<none> +\d+s$/m,
    },
    { run: 'create job nightly-now --from=cronjob/nightly', stdout: 'job.batch/nightly-now created' },
    {
      run: 'get job nightly-now -o json',
      json: {
        metadata: {
          annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' },
          ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly', controller: true }],
        },
      },
    },
    {
      run: "create cronjob never --image=busybox --schedule='61 * * * *'",
      code: 1,
      stderr: [
        /^error: failed to create cronjob: CronJob\.batch "never" is invalid: spec\.schedule: Invalid value: "61 \* \* \* \*"/,
      ],
    },

    { run: 'create namespace staging', stdout: 'namespace/staging created' },
    {
      run: 'get ns staging -o json',
      json: {
        metadata: { labels: { 'kubernetes.io/metadata.name': 'staging' } },
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      },
    },
    {
      run: 'create quota team --hard=pods=10,requests.cpu=4 -n staging',
      stdout: 'resourcequota/team created',
    },
    {
      run: 'get quota team -n staging -o json',
      json: { spec: { hard: { pods: '10', 'requests.cpu': '4' } } },
    },
    {
      run: 'create role reader --verb=get,list --resource=pods,deployments.apps,pods/log',
      stdout: 'role.rbac.authorization.k8s.io/reader created',
    },
    {
      run: 'get role reader -o json',
      json: {
        rules: [
          { apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'list'] },
          { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list'] },
        ],
      },
    },
    {
      run: 'create rolebinding readers --role=reader --user=jane --group=dev --serviceaccount=default:builder',
      stdout: 'rolebinding.rbac.authorization.k8s.io/readers created',
    },
    {
      run: 'get rolebinding readers -o wide',
      stdout: [
        /^NAME +ROLE +AGE +USERS +GROUPS +SERVICEACCOUNTS$/m,
        /^readers +Role\/reader +\d+s +jane +dev +default\/builder$/m,
      ],
    },
    {
      run: 'create clusterrole metrics-reader --verb=get --non-resource-url=/metrics',
      stdout: 'clusterrole.rbac.authorization.k8s.io/metrics-reader created',
    },
    {
      run: 'create clusterrole sum --aggregation-rule=team=dev',
      stdout: 'clusterrole.rbac.authorization.k8s.io/sum created',
    },
    {
      run: 'create clusterrolebinding scrapers --clusterrole=metrics-reader --user=prom',
      stdout: 'clusterrolebinding.rbac.authorization.k8s.io/scrapers created',
    },
    {
      run: 'get clusterrolebinding scrapers -o json',
      json: {
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'metrics-reader' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'prom' }],
      },
    },
    { run: 'create serviceaccount builder', stdout: 'serviceaccount/builder created' },
    {
      run: 'create token builder',
      stdout: /^[\w-]+\.[\w-]+\.[\w-]+\n?$/,
    },

    { run: 'create service clusterip inside --tcp=80:8080', stdout: 'service/inside created' },
    {
      run: 'get service inside -o json',
      json: {
        spec: {
          type: 'ClusterIP',
          internalTrafficPolicy: 'Cluster',
          ipFamilies: ['IPv4'],
          ipFamilyPolicy: 'SingleStack',
          ports: [{ name: '80-8080', port: 80, protocol: 'TCP', targetPort: 8080 }],
          selector: { app: 'inside' },
          sessionAffinity: 'None',
        },
        status: { loadBalancer: {} },
      },
    },
    {
      run: "get svc inside -o jsonpath='{.spec.clusterIP} {.spec.clusterIPs[0]}'",
      stdout: /^(10\.0\.0\.\d+) \1$/,
    },
    { run: 'create service clusterip headless --clusterip=None', stdout: 'service/headless created' },
    { run: 'get svc headless', stdout: /^headless +ClusterIP +None +<none> +<none> +\d+s$/m },
    { run: 'create service nodeport outside --tcp=80 --node-port=30123', stdout: 'service/outside created' },
    { run: 'get svc outside', stdout: /^outside +NodePort +10\.0\.0\.\d+ +<none> +80:30123\/TCP +\d+s$/m },
    {
      run: 'create service nodeport clash --tcp=80 --node-port=30123',
      code: 1,
      stderr:
        'error: failed to create NodePort service: Service "clash" is invalid: spec.ports[0].nodePort: Invalid value: 30123: provided port is already allocated',
    },
    {
      run: 'create service nodeport low --tcp=80 --node-port=80',
      code: 1,
      stderr:
        'error: failed to create NodePort service: Service "low" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    },
    { run: 'create service loadbalancer edge --tcp=443:8443', stdout: 'service/edge created' },
    { run: 'get svc edge', stdout: /^edge +LoadBalancer +10\.0\.0\.\d+ +<pending> +443:3\d{4}\/TCP +\d+s$/m },
    { run: 'create service externalname away --external-name=example.com', stdout: 'service/away created' },
    { run: 'get svc away', stdout: /^away +ExternalName +<none> +example\.com +<none> +\d+s$/m },

    {
      run: "create ingress shop --class=nginx --rule='shop.example.com/*=web:80,tls=edge'",
      stdout: 'ingress.networking.k8s.io/shop created',
    },
    {
      run: 'get ingress shop',
      stdout: /^NAME +CLASS +HOSTS +ADDRESS +PORTS +AGE\nshop +nginx +shop\.example\.com +80, 443 +\d+s$/m,
    },
    {
      run: 'create pdb web --selector=app=web --min-available=50%',
      stdout: 'poddisruptionbudget.policy/web created',
    },
    {
      run: 'get pdb web',
      stdout: /^NAME +MIN AVAILABLE +MAX UNAVAILABLE +ALLOWED DISRUPTIONS +AGE\nweb +50% +N\/A +0 +\d+s$/m,
    },
    {
      run: 'create priorityclass high --value=1000 --description=first',
      stdout: 'priorityclass.scheduling.k8s.io/high created',
    },
    {
      run: 'get pc high -o json',
      json: {
        value: 1000,
        description: 'first',
        preemptionPolicy: 'PreemptLowerPriority',
        globalDefault: undefined,
      },
    },

    {
      run: 'run one --image=busybox --labels=app=one,tier=x --env=A=b --port=8080 --expose',
      stdout: 'service/one created\npod/one created',
    },
    {
      run: 'get pod one -o json',
      json: {
        metadata: { labels: { app: 'one', tier: 'x' } },
        spec: {
          containers: [
            { name: 'one', image: 'busybox', imagePullPolicy: 'Always', env: [{ name: 'A', value: 'b' }] },
          ],
          enableServiceLinks: true,
          priority: 0,
          preemptionPolicy: 'PreemptLowerPriority',
          tolerations: [
            {
              key: 'node.kubernetes.io/not-ready',
              operator: 'Exists',
              effect: 'NoExecute',
              tolerationSeconds: 300,
            },
            {
              key: 'node.kubernetes.io/unreachable',
              operator: 'Exists',
              effect: 'NoExecute',
              tolerationSeconds: 300,
            },
          ],
        },
        status: { phase: 'Pending', qosClass: 'BestEffort' },
      },
    },
    {
      run: `run urgent --image=busybox --overrides='{"spec":{"priorityClassName":"high"}}'`,
      stdout: 'pod/urgent created',
    },
    { run: "get pod urgent -o jsonpath='{.spec.priority}'", stdout: '1000' },
    { run: 'expose deployment web --port=80 --target-port=8080 --name=web', stdout: 'service/web exposed' },
    {
      run: 'get svc web -o json',
      json: { spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] } },
    },
    {
      run: 'autoscale deployment web --min=2 --max=5 --cpu-percent=70',
      stdout: 'horizontalpodautoscaler.autoscaling/web autoscaled',
    },
    {
      run: 'get hpa web',
      stdout:
        /^NAME +REFERENCE +TARGETS +MINPODS +MAXPODS +REPLICAS +AGE\nweb +Deployment\/web +cpu: <unknown>\/70% +2 +5 +\d +\d+s$/m,
    },
    {
      run: 'get horizontalpodautoscalers.v1.autoscaling web -o json',
      json: {
        apiVersion: 'autoscaling/v1',
        spec: { targetCPUUtilizationPercentage: 70, metrics: undefined },
      },
    },
  ],
};

kubectlScript('create', script);
