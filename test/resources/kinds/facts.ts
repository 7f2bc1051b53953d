/**
 * What discovery and the strategies of Kubernetes 1.36 say of every resource, one line each under its group version:
 * name, kind, scope, verbs (`*`: all eight), storage version hash, short names, categories, field selectors beyond name
 * and namespace, how it is deleted and updated, subresources with their kind and verbs.
 */
const lines = `\
v1
  bindings Binding namespaced create
  componentstatuses ComponentStatus cluster get,list short:cs
  configmaps ConfigMap namespaced * hash:qFsyl6wFWjQ= short:cm
  endpoints Endpoints namespaced * hash:fWeeMqaN/OA= short:ep createOnUpdate
  events Event namespaced * hash:r2yiGXH7wu8= short:ev fields:involvedObject.kind,involvedObject.namespace,involvedObject.name,involvedObject.uid,involvedObject.apiVersion,involvedObject.resourceVersion,involvedObject.fieldPath,reason,reportingComponent,source,type createOnUpdate
  limitranges LimitRange namespaced * hash:EBKMFVe6cwo= short:limits createOnUpdate
  namespaces Namespace cluster create,delete,get,list,patch,update,watch hash:Q3oi5N2YM8M= short:ns fields:status.phase deleteReturnsObject /finalize=Namespace:update /status=Namespace:get,patch,update
  nodes Node cluster * hash:XwShjMxG9Fs= short:no fields:spec.unschedulable /proxy=NodeProxyOptions:create,delete,get,patch,update /status=Node:get,patch,update
  persistentvolumeclaims PersistentVolumeClaim namespaced * hash:QWTyNDq0dC4= short:pvc deleteReturnsObject /status=PersistentVolumeClaim:get,patch,update
  persistentvolumes PersistentVolume cluster * hash:HN/zwEC+JgM= short:pv deleteReturnsObject /status=PersistentVolume:get,patch,update
  pods Pod namespaced * hash:xPOwRZ+Yhw8= short:po categories:all fields:spec.nodeName,spec.restartPolicy,spec.schedulerName,spec.serviceAccountName,spec.hostNetwork,status.phase,status.podIP,status.podIPs,status.nominatedNodeName deleteReturnsObject /attach=PodAttachOptions:create,get /binding=Binding:create /ephemeralcontainers=Pod:get,patch,update /eviction=policy/v1/Eviction:create /exec=PodExecOptions:create,get /log=Pod:get /portforward=PodPortForwardOptions:create,get /proxy=PodProxyOptions:create,delete,get,patch,update /resize=Pod:get,patch,update /status=Pod:get,patch,update
  podtemplates PodTemplate namespaced * hash:LIXB2x4IFpk= deleteReturnsObject
  replicationcontrollers ReplicationController namespaced * hash:Jond2If31h0= short:rc categories:all fields:status.replicas /scale=autoscaling/v1/Scale:get,patch,update /status=ReplicationController:get,patch,update orphans
  resourcequotas ResourceQuota namespaced * hash:8uhSgffRX6w= short:quota deleteReturnsObject /status=ResourceQuota:get,patch,update
  secrets Secret namespaced * hash:S6u1pOWzb84= fields:type
  serviceaccounts ServiceAccount namespaced * hash:pbx9ZvyFpBE= short:sa deleteReturnsObject /token=authentication.k8s.io/v1/TokenRequest:create
  services Service namespaced * hash:0/CO1lhkEBI= short:svc categories:all fields:spec.clusterIP,spec.type deleteReturnsObject createOnUpdate /proxy=ServiceProxyOptions:create,delete,get,patch,update /status=Service:get,patch,update
apiregistration.k8s.io/v1
  apiservices APIService cluster * hash:InPBPD7+PqM= categories:api-extensions updateNeedsVersion /status=APIService:get,patch,update
apps/v1
  controllerrevisions ControllerRevision namespaced * hash:85nkx63pcBU=
  daemonsets DaemonSet namespaced * hash:dd7pWHUlMKQ= short:ds categories:all /status=DaemonSet:get,patch,update
  deployments Deployment namespaced * hash:8aSe+NMegvE= short:deploy categories:all /scale=autoscaling/v1/Scale:get,patch,update /status=Deployment:get,patch,update
  replicasets ReplicaSet namespaced * hash:P1RzHs8/mWQ= short:rs categories:all /scale=autoscaling/v1/Scale:get,patch,update /status=ReplicaSet:get,patch,update
  statefulsets StatefulSet namespaced * hash:H+vl74LkKdo= short:sts categories:all /scale=autoscaling/v1/Scale:get,patch,update /status=StatefulSet:get,patch,update
events.k8s.io/v1
  events Event namespaced * hash:r2yiGXH7wu8= short:ev fields:reason,regarding.kind,regarding.namespace,regarding.name,regarding.uid,regarding.apiVersion,regarding.resourceVersion,regarding.fieldPath,reportingController,type createOnUpdate
authentication.k8s.io/v1
  selfsubjectreviews SelfSubjectReview cluster create
  tokenreviews TokenReview cluster create
authorization.k8s.io/v1
  localsubjectaccessreviews LocalSubjectAccessReview namespaced create
  selfsubjectaccessreviews SelfSubjectAccessReview cluster create
  selfsubjectrulesreviews SelfSubjectRulesReview cluster create
  subjectaccessreviews SubjectAccessReview cluster create
autoscaling/v2
  horizontalpodautoscalers HorizontalPodAutoscaler namespaced * hash:qwQve8ut294= short:hpa categories:all /status=HorizontalPodAutoscaler:get,patch,update
autoscaling/v1
  horizontalpodautoscalers HorizontalPodAutoscaler namespaced * hash:qwQve8ut294= short:hpa categories:all /status=HorizontalPodAutoscaler:get,patch,update
batch/v1
  cronjobs CronJob namespaced * hash:sd5LIXh4Fjs= short:cj categories:all /status=CronJob:get,patch,update
  jobs Job namespaced * hash:mudhfqk/qZY= categories:all fields:status.successful /status=Job:get,patch,update orphans
certificates.k8s.io/v1
  certificatesigningrequests CertificateSigningRequest cluster * hash:95fRKMXA+00= short:csr fields:spec.signerName /approval=CertificateSigningRequest:get,patch,update /status=CertificateSigningRequest:get,patch,update
certificates.k8s.io/v1beta1 (off)
  clustertrustbundles ClusterTrustBundle cluster * hash:v5yhuVertL4= fields:spec.signerName updateNeedsVersion
  podcertificaterequests PodCertificateRequest namespaced * hash:wYA9yXQH8fg= fields:spec.signerName,spec.podName,spec.nodeName updateNeedsVersion /status=PodCertificateRequest:get,patch,update
certificates.k8s.io/v1alpha1 (off)
  clustertrustbundles ClusterTrustBundle cluster * hash:v5yhuVertL4= fields:spec.signerName updateNeedsVersion
networking.k8s.io/v1
  ingressclasses IngressClass cluster * hash:l/iqIbDgFyQ=
  ingresses Ingress namespaced * hash:39NQlfNR+bo= short:ing /status=Ingress:get,patch,update
  ipaddresses IPAddress cluster * hash:3f/plJFChNE= short:ip
  networkpolicies NetworkPolicy namespaced * hash:YpfwF18m1G8= short:netpol
  servicecidrs ServiceCIDR cluster * hash:gNLvruQhW2g= /status=ServiceCIDR:get,patch,update
networking.k8s.io/v1beta1 (off)
  ipaddresses IPAddress cluster * hash:3f/plJFChNE= short:ip
  servicecidrs ServiceCIDR cluster * hash:gNLvruQhW2g= /status=ServiceCIDR:get,patch,update
policy/v1
  poddisruptionbudgets PodDisruptionBudget namespaced * hash:EVWiDmWqyJw= short:pdb updateNeedsVersion /status=PodDisruptionBudget:get,patch,update
rbac.authorization.k8s.io/v1
  clusterrolebindings ClusterRoleBinding cluster * hash:48tpQ8gZHFc= createOnUpdate
  clusterroles ClusterRole cluster * hash:bYE5ZWDrJ44= createOnUpdate
  rolebindings RoleBinding namespaced * hash:eGsCzGH6b1g= createOnUpdate
  roles Role namespaced * hash:7FuwZcIIItM= createOnUpdate
storage.k8s.io/v1
  csidrivers CSIDriver cluster * hash:hL6j/rwBV5w= deleteReturnsObject updateNeedsVersion
  csinodes CSINode cluster * hash:Pe62DkZtjuo= deleteReturnsObject updateNeedsVersion
  csistoragecapacities CSIStorageCapacity namespaced * hash:xeVl+2Ly1kE= updateNeedsVersion
  storageclasses StorageClass cluster * hash:K+m6uJwbjGY= short:sc deleteReturnsObject
  volumeattachments VolumeAttachment cluster * hash:tJx/ezt6UDU= deleteReturnsObject updateNeedsVersion /status=VolumeAttachment:get,patch,update
  volumeattributesclasses VolumeAttributesClass cluster * hash:tIjydgKBC5w= short:vac deleteReturnsObject
storage.k8s.io/v1beta1 (off)
  volumeattributesclasses VolumeAttributesClass cluster * hash:tIjydgKBC5w= short:vac deleteReturnsObject
admissionregistration.k8s.io/v1
  mutatingadmissionpolicies MutatingAdmissionPolicy cluster * hash:LYmCf+UMVdg= categories:api-extensions updateNeedsVersion
  mutatingadmissionpolicybindings MutatingAdmissionPolicyBinding cluster * hash:90V5FRZZ3Zg= categories:api-extensions updateNeedsVersion
  mutatingwebhookconfigurations MutatingWebhookConfiguration cluster * hash:Sqi0GUgDaX0= categories:api-extensions updateNeedsVersion
  validatingadmissionpolicies ValidatingAdmissionPolicy cluster * hash:6OxvlMmQ6is= categories:api-extensions updateNeedsVersion /status=ValidatingAdmissionPolicy:get,patch,update
  validatingadmissionpolicybindings ValidatingAdmissionPolicyBinding cluster * hash:v9715VZqakg= categories:api-extensions updateNeedsVersion
  validatingwebhookconfigurations ValidatingWebhookConfiguration cluster * hash:B0wHjQmsGNk= categories:api-extensions updateNeedsVersion
admissionregistration.k8s.io/v1beta1 (off)
  mutatingadmissionpolicies MutatingAdmissionPolicy cluster * hash:LYmCf+UMVdg= categories:api-extensions updateNeedsVersion
  mutatingadmissionpolicybindings MutatingAdmissionPolicyBinding cluster * hash:90V5FRZZ3Zg= categories:api-extensions updateNeedsVersion
admissionregistration.k8s.io/v1alpha1 (off)
  mutatingadmissionpolicies MutatingAdmissionPolicy cluster * hash:LYmCf+UMVdg= categories:api-extensions updateNeedsVersion
  mutatingadmissionpolicybindings MutatingAdmissionPolicyBinding cluster * hash:90V5FRZZ3Zg= categories:api-extensions updateNeedsVersion
apiextensions.k8s.io/v1
  customresourcedefinitions CustomResourceDefinition cluster * hash:jfWCUB31mvA= short:crd,crds categories:api-extensions updateNeedsVersion /status=CustomResourceDefinition:get,patch,update
scheduling.k8s.io/v1
  priorityclasses PriorityClass cluster * hash:1QwjyaZjj3Y= short:pc
scheduling.k8s.io/v1alpha2 (off)
  podgroups PodGroup namespaced * hash:YYgX3v5V204= /status=PodGroup:get,patch,update
  workloads Workload namespaced * hash:vSX7gJe5Mx8=
coordination.k8s.io/v1
  leases Lease namespaced * hash:gqkMMb/YqFM= createOnUpdate updateNeedsVersion
coordination.k8s.io/v1beta1 (off)
  leasecandidates LeaseCandidate namespaced * hash:lvME0iHWE20= createOnUpdate updateNeedsVersion
coordination.k8s.io/v1alpha2 (off)
  leasecandidates LeaseCandidate namespaced * hash:lvME0iHWE20= createOnUpdate updateNeedsVersion
node.k8s.io/v1
  runtimeclasses RuntimeClass cluster * hash:WQTu1GL3T2Q= createOnUpdate updateNeedsVersion
discovery.k8s.io/v1
  endpointslices EndpointSlice namespaced * hash:qgS0xkrxYAI=
resource.k8s.io/v1
  deviceclasses DeviceClass cluster * hash:Yk2PTc1Ybxk= deleteReturnsObject
  resourceclaims ResourceClaim namespaced * hash:wgAZaHcZxUg= deleteReturnsObject /status=ResourceClaim:get,patch,update
  resourceclaimtemplates ResourceClaimTemplate namespaced * hash:TuzjC49aUfM= deleteReturnsObject
  resourceslices ResourceSlice cluster * hash:KsC072WgaEY= fields:spec.nodeName,spec.driver deleteReturnsObject
resource.k8s.io/v1beta2 (off)
  deviceclasses DeviceClass cluster * hash:Yk2PTc1Ybxk= deleteReturnsObject
  devicetaintrules DeviceTaintRule cluster * hash:DJ3UJ0fj8MI= deleteReturnsObject /status=DeviceTaintRule:get,patch,update
  resourceclaims ResourceClaim namespaced * hash:wgAZaHcZxUg= deleteReturnsObject /status=ResourceClaim:get,patch,update
  resourceclaimtemplates ResourceClaimTemplate namespaced * hash:TuzjC49aUfM= deleteReturnsObject
  resourceslices ResourceSlice cluster * hash:KsC072WgaEY= fields:spec.nodeName,spec.driver deleteReturnsObject
resource.k8s.io/v1beta1 (off)
  deviceclasses DeviceClass cluster * hash:Yk2PTc1Ybxk= deleteReturnsObject
  resourceclaims ResourceClaim namespaced * hash:wgAZaHcZxUg= deleteReturnsObject /status=ResourceClaim:get,patch,update
  resourceclaimtemplates ResourceClaimTemplate namespaced * hash:TuzjC49aUfM= deleteReturnsObject
  resourceslices ResourceSlice cluster * hash:KsC072WgaEY= fields:spec.nodeName,spec.driver deleteReturnsObject
resource.k8s.io/v1alpha3 (off)
  devicetaintrules DeviceTaintRule cluster * hash:DJ3UJ0fj8MI= deleteReturnsObject /status=DeviceTaintRule:get,patch,update
  resourcepoolstatusrequests ResourcePoolStatusRequest cluster * hash:iy583CtMwdY= deleteReturnsObject updateNeedsVersion /status=ResourcePoolStatusRequest:get,patch,update
flowcontrol.apiserver.k8s.io/v1
  flowschemas FlowSchema cluster * hash:GJVAJZSZBIw= /status=FlowSchema:get,patch,update
  prioritylevelconfigurations PriorityLevelConfiguration cluster * hash:Kir5PVfvNeI= /status=PriorityLevelConfiguration:get,patch,update
internal.apiserver.k8s.io/v1alpha1 (off)
  storageversions StorageVersion cluster * hash:c8YZt5U0nPk= updateNeedsVersion /status=StorageVersion:get,patch,update
storagemigration.k8s.io/v1beta1 (off)
  storageversionmigrations StorageVersionMigration cluster * hash:pCjmmKOkLy4= updateNeedsVersion /status=StorageVersionMigration:get,patch,update
`;

export interface Subresource {
  readonly name: string;
  /** `Pod`, or with another group `policy/v1/Eviction`. */
  readonly kind: string;
  readonly verbs: readonly string[];
}

export interface Facts {
  readonly apiVersion: string;
  readonly onByDefault: boolean;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly hash: string | undefined;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly fields: readonly string[];
  readonly deleteReturnsObject: boolean;
  readonly createOnUpdate: boolean;
  readonly updateNeedsVersion: boolean;
  /** A DELETE that does not say leaves dependents to themselves. */
  readonly orphans: boolean;
  readonly subresources: readonly Subresource[];
}

const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** In the order of discovery. */
export const allFacts: readonly Facts[] = parse();

function parse(): Facts[] {
  let apiVersion = '';
  let onByDefault = true;
  const facts: Facts[] = [];
  for (const line of lines.split('\n')) {
    if (line === '') continue;
    if (line.startsWith(' ')) {
      facts.push(factsOf(line, apiVersion, onByDefault));
    } else {
      onByDefault = !line.endsWith(' (off)');
      apiVersion = line.replace(' (off)', '');
    }
  }
  return facts;
}

function factsOf(line: string, apiVersion: string, onByDefault: boolean): Facts {
  const [resource = '', kind = '', scope, verbs = '', ...rest] = line.trim().split(' ');
  const word = (start: string) => rest.find((part) => part.startsWith(start))?.slice(start.length);
  const list = (start: string) => word(start)?.split(',') ?? [];
  return {
    apiVersion,
    onByDefault,
    resource,
    kind,
    namespaced: scope === 'namespaced',
    verbs: verbs === '*' ? allVerbs : verbs.split(','),
    hash: word('hash:'),
    shortNames: list('short:'),
    categories: list('categories:'),
    fields: list('fields:'),
    deleteReturnsObject: rest.includes('deleteReturnsObject'),
    createOnUpdate: rest.includes('createOnUpdate'),
    updateNeedsVersion: rest.includes('updateNeedsVersion'),
    orphans: rest.includes('orphans'),
    subresources: rest.filter((part) => part.startsWith('/')).map(subresourceOf),
  };
}

function subresourceOf(text: string): Subresource {
  const [name = '', described = ''] = text.slice(1).split('=');
  const [kind = '', verbs = ''] = described.split(':');
  return { name, kind, verbs: verbs.split(',') };
}
