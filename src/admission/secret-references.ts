export { type SecretReference, secretReferences } from '../resources/core/pods/secret-references.ts';
