/** Volumes: what they send, the node sends, and no lab mounts one. Kubernetes 1.36, core/v1. */
import type { WrittenDecisions } from '../decision.ts';

export const volumes: Readonly<Record<string, WrittenDecisions>> = {
  AWSElasticBlockStoreVolumeSource: { noPacket: 'fsType partition:int32 readOnly:boolean volumeID' },
  AzureDiskVolumeSource: { noPacket: 'cachingMode diskName diskURI fsType kind readOnly:boolean' },
  AzureFileVolumeSource: { noPacket: 'readOnly:boolean secretName shareName' },
  CSIVolumeSource: {
    noPacket: 'driver fsType nodePublishSecretRef:LocalObjectReference readOnly:boolean volumeAttributes:{}text',
  },
  CephFSVolumeSource: {
    noPacket: 'monitors:[]text path readOnly:boolean secretFile secretRef:LocalObjectReference user',
  },
  CinderVolumeSource: { noPacket: 'fsType readOnly:boolean secretRef:LocalObjectReference volumeID' },
  ClusterTrustBundleProjection: { noPacket: 'labelSelector:LabelSelector name optional:boolean path signerName' },
  ConfigMapProjection: { noPacket: 'items:[]KeyToPath name optional:boolean' },
  ConfigMapVolumeSource: { noPacket: 'defaultMode:int32 items:[]KeyToPath name optional:boolean' },
  DownwardAPIProjection: { noPacket: 'items:[]DownwardAPIVolumeFile' },
  DownwardAPIVolumeFile: {
    noPacket: 'fieldRef:ObjectFieldSelector mode:int32 path resourceFieldRef:ResourceFieldSelector',
  },
  DownwardAPIVolumeSource: { noPacket: 'defaultMode:int32 items:[]DownwardAPIVolumeFile' },
  EmptyDirVolumeSource: { noPacket: 'medium sizeLimit:quantity' },
  EphemeralVolumeSource: { noPacket: 'volumeClaimTemplate:PersistentVolumeClaimTemplate' },
  FCVolumeSource: { noPacket: 'fsType lun:int32 readOnly:boolean targetWWNs:[]text wwids:[]text' },
  FlexVolumeSource: { noPacket: 'driver fsType options:{}text readOnly:boolean secretRef:LocalObjectReference' },
  FlockerVolumeSource: { noPacket: 'datasetName datasetUUID' },
  GCEPersistentDiskVolumeSource: { noPacket: 'fsType partition:int32 pdName readOnly:boolean' },
  GitRepoVolumeSource: { noPacket: 'directory repository revision' },
  GlusterfsVolumeSource: { noPacket: 'endpoints path readOnly:boolean' },
  HostPathVolumeSource: { noPacket: 'path! type' },
  ISCSIVolumeSource: {
    noPacket: `chapAuthDiscovery:boolean chapAuthSession:boolean fsType initiatorName iqn iscsiInterface lun:int32 portals:[]text readOnly:boolean
      secretRef:LocalObjectReference targetPortal`,
  },
  ImageVolumeSource: { noPacket: 'pullPolicy reference' },
  KeyToPath: { noPacket: 'key! mode:int32 path!' },
  ModifyVolumeStatus: { noPacket: 'status targetVolumeAttributesClassName' },
  NFSVolumeSource: { noPacket: 'path! readOnly:boolean server!' },
  PersistentVolumeClaim: {
    noPacket: `apiVersion kind metadata:ObjectMeta spec:PersistentVolumeClaimSpec status:PersistentVolumeClaimStatus`,
  },
  PersistentVolumeClaimCondition: { noPacket: 'lastProbeTime lastTransitionTime message reason status type' },
  PersistentVolumeClaimSpec: {
    noPacket: `accessModes:[]text dataSource:TypedLocalObjectReference dataSourceRef:TypedObjectReference
      resources:VolumeResourceRequirements selector:LabelSelector storageClassName volumeAttributesClassName
      volumeMode volumeName`,
  },
  PersistentVolumeClaimStatus: {
    noPacket: `accessModes:[]text allocatedResourceStatuses:{}text allocatedResources:{}quantity capacity:{}quantity conditions:[]PersistentVolumeClaimCondition
      currentVolumeAttributesClassName modifyVolumeStatus:ModifyVolumeStatus phase`,
  },
  PersistentVolumeClaimTemplate: { noPacket: 'metadata:ObjectMeta spec:PersistentVolumeClaimSpec' },
  PersistentVolumeClaimVolumeSource: { noPacket: 'claimName! readOnly:boolean' },
  PhotonPersistentDiskVolumeSource: { noPacket: 'fsType pdID' },
  PodCertificateProjection: {
    noPacket: `certificateChainPath credentialBundlePath keyPath keyType maxExpirationSeconds:int32 signerName userAnnotations:{}text`,
  },
  PortworxVolumeSource: { noPacket: 'fsType readOnly:boolean volumeID' },
  ProjectedVolumeSource: { noPacket: 'defaultMode:int32 sources:[]VolumeProjection' },
  QuobyteVolumeSource: { noPacket: 'group readOnly:boolean registry tenant user volume' },
  RBDVolumeSource: {
    noPacket: 'fsType image keyring monitors:[]text pool readOnly:boolean secretRef:LocalObjectReference user',
  },
  ScaleIOVolumeSource: {
    noPacket: `fsType gateway protectionDomain readOnly:boolean secretRef:LocalObjectReference sslEnabled:boolean storageMode storagePool
      system volumeName`,
  },
  SecretProjection: { noPacket: 'items:[]KeyToPath name optional:boolean' },
  SecretVolumeSource: { noPacket: 'defaultMode:int32 items:[]KeyToPath optional:boolean secretName' },
  ServiceAccountTokenProjection: { noPacket: 'audience expirationSeconds:int64 path' },
  StorageOSVolumeSource: {
    noPacket: 'fsType readOnly:boolean secretRef:LocalObjectReference volumeName volumeNamespace',
  },
  TypedLocalObjectReference: { noPacket: 'apiGroup kind name' },
  TypedObjectReference: { noPacket: 'apiGroup kind name namespace' },
  Volume: {
    noPacket: `awsElasticBlockStore:AWSElasticBlockStoreVolumeSource azureDisk:AzureDiskVolumeSource
      azureFile:AzureFileVolumeSource cephfs:CephFSVolumeSource cinder:CinderVolumeSource
      configMap:ConfigMapVolumeSource csi:CSIVolumeSource downwardAPI:DownwardAPIVolumeSource
      emptyDir:EmptyDirVolumeSource ephemeral:EphemeralVolumeSource fc:FCVolumeSource
      flexVolume:FlexVolumeSource flocker:FlockerVolumeSource gcePersistentDisk:GCEPersistentDiskVolumeSource
      gitRepo:GitRepoVolumeSource glusterfs:GlusterfsVolumeSource hostPath:HostPathVolumeSource
      image:ImageVolumeSource iscsi:ISCSIVolumeSource name! nfs:NFSVolumeSource
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
  VolumeResourceRequirements: { noPacket: 'limits:{}quantity requests:{}quantity' },
  VsphereVirtualDiskVolumeSource: { noPacket: 'fsType storagePolicyID storagePolicyName volumePath' },
};
