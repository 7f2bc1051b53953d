import type { ClusterRolePolicy } from './policy.ts';
import { on, onUrls } from './policy-rules.ts';

/** Roles meant for people, and what every user may see. */
export function userRoles(): ClusterRolePolicy[] {
  return [
    { name: 'admin', collects: 'admin', rules: [] },
    { name: 'cluster-admin', rules: [on('*', '*', '*'), onUrls('*', '*')] },
    { name: 'edit', partOf: 'admin', collects: 'edit', rules: [] },
    {
      name: 'system:aggregate-to-admin',
      partOf: 'admin',
      rules: [
        on('create', 'localsubjectaccessreviews', 'authorization.k8s.io'),
        on(
          'create delete deletecollection get list patch update watch',
          'rolebindings roles',
          'rbac.authorization.k8s.io',
        ),
      ],
    },
    {
      name: 'system:aggregate-to-edit',
      partOf: 'edit',
      rules: [
        on('get list watch', 'pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy'),
        on('impersonate', 'serviceaccounts'),
        on(
          'create delete deletecollection patch update',
          'pods pods/attach pods/exec pods/portforward pods/proxy',
        ),
        on('create', 'pods/eviction'),
        on(
          'create delete deletecollection patch update',
          'configmaps persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy',
        ),
        on('create', 'serviceaccounts/token'),
        on('create delete deletecollection patch update', 'events', 'core events.k8s.io'),
        on(
          'create delete deletecollection patch update',
          'daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale',
          'apps',
        ),
        on('create delete deletecollection patch update', 'horizontalpodautoscalers', 'autoscaling'),
        on('create delete deletecollection patch update', 'cronjobs jobs', 'batch'),
        on(
          'create delete deletecollection patch update',
          'daemonsets deployments deployments/rollback deployments/scale ingresses networkpolicies replicasets replicasets/scale replicationcontrollers/scale',
          'extensions',
        ),
        on('create delete deletecollection patch update', 'poddisruptionbudgets', 'policy'),
        on('create delete deletecollection patch update', 'ingresses networkpolicies', 'networking.k8s.io'),
        on('create delete deletecollection get list patch update watch', 'leases', 'coordination.k8s.io'),
        on(
          'create delete deletecollection patch update',
          'resourceclaims resourceclaimtemplates',
          'resource.k8s.io',
        ),
      ],
    },
    {
      name: 'system:aggregate-to-view',
      partOf: 'view',
      rules: [
        on(
          'get list watch',
          'configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status',
        ),
        on(
          'get list watch',
          'bindings limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status',
        ),
        on('get list watch', 'namespaces'),
        on('get list watch', 'events', 'core events.k8s.io'),
        on('get list watch', 'endpointslices', 'discovery.k8s.io'),
        on(
          'get list watch',
          'controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status',
          'apps',
        ),
        on('get list watch', 'horizontalpodautoscalers horizontalpodautoscalers/status', 'autoscaling'),
        on('get list watch', 'cronjobs cronjobs/status jobs jobs/status', 'batch'),
        on(
          'get list watch',
          'daemonsets daemonsets/status deployments deployments/scale deployments/status ingresses ingresses/status networkpolicies replicasets replicasets/scale replicasets/status replicationcontrollers/scale',
          'extensions',
        ),
        on('get list watch', 'poddisruptionbudgets poddisruptionbudgets/status', 'policy'),
        on('get list watch', 'ingresses ingresses/status networkpolicies', 'networking.k8s.io'),
        on(
          'get list watch',
          'resourceclaims resourceclaims/status resourceclaimtemplates',
          'resource.k8s.io',
        ),
      ],
    },
    {
      name: 'system:auth-delegator',
      rules: [
        on('create', 'tokenreviews', 'authentication.k8s.io'),
        on('create', 'subjectaccessreviews', 'authorization.k8s.io'),
      ],
    },
    {
      name: 'system:basic-user',
      rules: [
        on('create', 'selfsubjectaccessreviews selfsubjectrulesreviews', 'authorization.k8s.io'),
        on('create', 'selfsubjectreviews', 'authentication.k8s.io'),
      ],
    },
    {
      name: 'system:discovery',
      rules: [
        onUrls(
          'get',
          '/api /api/* /apis /apis/* /healthz /livez /openapi /openapi/* /readyz /version /version/',
        ),
      ],
    },
    {
      name: 'system:heapster',
      rules: [
        on('get list watch', 'events namespaces nodes pods'),
        on('get list watch', 'deployments', 'extensions'),
      ],
    },
    {
      name: 'system:monitoring',
      rules: [
        onUrls(
          'get',
          '/flagz /healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/* /statusz',
        ),
        on('get', 'nodes/metrics'),
      ],
    },
    {
      name: 'system:public-info-viewer',
      rules: [onUrls('get', '/healthz /livez /readyz /version /version/')],
    },
    {
      name: 'system:service-account-issuer-discovery',
      rules: [
        onUrls(
          'get',
          '/.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/',
        ),
      ],
    },
    { name: 'view', partOf: 'edit', collects: 'view', rules: [] },
  ];
}
