/** Volumes: what they send, the node sends, and no lab mounts one. Kubernetes 1.36, core/v1. */
import type { WrittenDecisions } from '../decision.ts';

export const volumes: Readonly<Record<string, WrittenDecisions>> = {
  AWSElasticBlockStoreVolumeSource: { noPacket: 'fsType partition readOnly volumeID' },
  AzureDiskVolumeSource: { noPacket: 'cachingMode diskName diskURI fsType kind readOnly' },
  AzureFileVolumeSource: { noPacket: 'readOnly secretName shareName' },
  CSIVolumeSource: { noPacket: 'driver fsType nodePublishSecretRef:LocalObjectReference readOnly volumeAttributes' },
  CephFSVolumeSource: { noPacket: 'monitors path readOnly secretFile secretRef:LocalObjectReference user' },
  CinderVolumeSource: { noPacket: 'fsType readOnly secretRef:LocalObjectReference volumeID' },
  ClusterTrustBundleProjection: { noPacket: 'labelSelector:LabelSelector name optional path signerName' },
  ConfigMapProjection: { noPacket: 'items:KeyToPath name optional' },
  ConfigMapVolumeSource: { noPacket: 'defaultMode items:KeyToPath name optional' },
  DownwardAPIProjection: { noPacket: 'items:DownwardAPIVolumeFile' },
  DownwardAPIVolumeFile: { noPacket: 'fieldRef:ObjectFieldSelector mode path resourceFieldRef:ResourceFieldSelector' },
  DownwardAPIVolumeSource: { noPacket: 'defaultMode items:DownwardAPIVolumeFile' },
  EmptyDirVolumeSource: { noPacket: 'medium sizeLimit' },
  EphemeralVolumeSource: { noPacket: 'volumeClaimTemplate:PersistentVolumeClaimTemplate' },
  FCVolumeSource: { noPacket: 'fsType lun readOnly targetWWNs wwids' },
  FlexVolumeSource: { noPacket: 'driver fsType options readOnly secretRef:LocalObjectReference' },
  FlockerVolumeSource: { noPacket: 'datasetName datasetUUID' },
  GCEPersistentDiskVolumeSource: { noPacket: 'fsType partition pdName readOnly' },
  GitRepoVolumeSource: { noPacket: 'directory repository revision' },
  GlusterfsVolumeSource: { noPacket: 'endpoints path readOnly' },
  HostPathVolumeSource: { noPacket: 'path type' },
  ISCSIVolumeSource: {
    noPacket: `chapAuthDiscovery chapAuthSession fsType initiatorName iqn iscsiInterface lun portals readOnly
      secretRef:LocalObjectReference targetPortal`,
  },
  ImageVolumeSource: { noPacket: 'pullPolicy reference' },
  KeyToPath: { noPacket: 'key mode path' },
  ModifyVolumeStatus: { noPacket: 'status targetVolumeAttributesClassName' },
  NFSVolumeSource: { noPacket: 'path readOnly server' },
  PersistentVolumeClaim: {
    noPacket: `apiVersion kind metadata:ObjectMeta spec:PersistentVolumeClaimSpec status:PersistentVolumeClaimStatus`,
  },
  PersistentVolumeClaimCondition: { noPacket: 'lastProbeTime lastTransitionTime message reason status type' },
  PersistentVolumeClaimSpec: {
    noPacket: `accessModes dataSource:TypedLocalObjectReference dataSourceRef:TypedObjectReference
      resources:VolumeResourceRequirements selector:LabelSelector storageClassName volumeAttributesClassName
      volumeMode volumeName`,
  },
  PersistentVolumeClaimStatus: {
    noPacket: `accessModes allocatedResourceStatuses allocatedResources capacity conditions:PersistentVolumeClaimCondition
      currentVolumeAttributesClassName modifyVolumeStatus:ModifyVolumeStatus phase`,
  },
  PersistentVolumeClaimTemplate: { noPacket: 'metadata:ObjectMeta spec:PersistentVolumeClaimSpec' },
  PersistentVolumeClaimVolumeSource: { noPacket: 'claimName readOnly' },
  PhotonPersistentDiskVolumeSource: { noPacket: 'fsType pdID' },
  PodCertificateProjection: {
    noPacket: `certificateChainPath credentialBundlePath keyPath keyType maxExpirationSeconds signerName userAnnotations`,
  },
  PortworxVolumeSource: { noPacket: 'fsType readOnly volumeID' },
  ProjectedVolumeSource: { noPacket: 'defaultMode sources:VolumeProjection' },
  QuobyteVolumeSource: { noPacket: 'group readOnly registry tenant user volume' },
  RBDVolumeSource: { noPacket: 'fsType image keyring monitors pool readOnly secretRef:LocalObjectReference user' },
  ScaleIOVolumeSource: {
    noPacket: `fsType gateway protectionDomain readOnly secretRef:LocalObjectReference sslEnabled storageMode storagePool
      system volumeName`,
  },
  SecretProjection: { noPacket: 'items:KeyToPath name optional' },
  SecretVolumeSource: { noPacket: 'defaultMode items:KeyToPath optional secretName' },
  ServiceAccountTokenProjection: { noPacket: 'audience expirationSeconds path' },
  StorageOSVolumeSource: { noPacket: 'fsType readOnly secretRef:LocalObjectReference volumeName volumeNamespace' },
  TypedLocalObjectReference: { noPacket: 'apiGroup kind name' },
  TypedObjectReference: { noPacket: 'apiGroup kind name namespace' },
  Volume: {
    noPacket: `awsElasticBlockStore:AWSElasticBlockStoreVolumeSource azureDisk:AzureDiskVolumeSource
      azureFile:AzureFileVolumeSource cephfs:CephFSVolumeSource cinder:CinderVolumeSource
      configMap:ConfigMapVolumeSource csi:CSIVolumeSource downwardAPI:DownwardAPIVolumeSource
      emptyDir:EmptyDirVolumeSource ephemeral:EphemeralVolumeSource fc:FCVolumeSource
      flexVolume:FlexVolumeSource flocker:FlockerVolumeSource gcePersistentDisk:GCEPersistentDiskVolumeSource
      gitRepo:GitRepoVolumeSource glusterfs:GlusterfsVolumeSource hostPath:HostPathVolumeSource
      image:ImageVolumeSource iscsi:ISCSIVolumeSource name nfs:NFSVolumeSource
      persistentVolumeClaim:PersistentVolumeClaimVolumeSource
      photonPersistentDisk:PhotonPersistentDiskVolumeSource portworxVolume:PortworxVolumeSource
      projected:ProjectedVolumeSource quobyte:QuobyteVolumeSource rbd:RBDVolumeSource
      scaleIO:ScaleIOVolumeSource secret:SecretVolumeSource storageos:StorageOSVolumeSource
      vsphereVolume:VsphereVirtualDiskVolumeSource`,
  },
  VolumeProjection: {
    noPacket: `clusterTrustBundle:ClusterTrustBundleProjection configMap:ConfigMapProjection
      downwardAPI:DownwardAPIProjection podCertificate:PodCertificateProjection secret:SecretProjection
      serviceAccountToken:ServiceAccountTokenProjection`,
  },
  VolumeResourceRequirements: { noPacket: 'limits requests' },
  VsphereVirtualDiskVolumeSource: { noPacket: 'fsType storagePolicyID storagePolicyName volumePath' },
};
