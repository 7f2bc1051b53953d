/* internal.apiserver.k8s.io/v1alpha1, which the typed models lack. */

export interface ServerStorageVersion {
  apiServerID?: string;
  encodingVersion?: string;
  decodableVersions?: string[];
  servedVersions?: string[];
}

export interface StorageVersionCondition {
  type?: string;
  status?: string;
  reason?: string;
  message?: string;
}

export interface StorageVersionStatus {
  commonEncodingVersion?: string;
  conditions?: StorageVersionCondition[];
  storageVersions?: ServerStorageVersion[];
}
