"""Which keys the files of Slurm may hold, by version: one that is unknown stops slurmctld ("Unable to process").

Source: the option tables of SchedMD/slurm at the tags slurm-23-11-11-1, slurm-24-05-8-1, slurm-24-11-7-1,
slurm-25-05-8-1 and slurm-25-11-7-1: slurm_conf_options and the tables beside it in src/common/read_config.c,
_gres_options in src/interfaces/gres.c, options in src/interfaces/cgroup.c, and the readers of topology.conf in
src/plugins/topology/{tree,block}. Keys are compared without regard to case, as there.
"""

from __future__ import annotations

from dgxops.model.release import SLURM_VERSIONS, numbers

Version = tuple[int, int]

VERSIONS: tuple[Version, ...] = tuple((year, month) for year, month in map(numbers, SLURM_VERSIONS))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.lower().split())


# slurm.conf of 24.11; other versions below as what they add and what they do not have
_SLURM_CONF = _words(
    """
    AccountingStorageBackupHost AccountingStorageEnforce AccountingStorageExternalHost AccountingStorageHost
    AccountingStorageLoc AccountingStorageParameters AccountingStoragePass AccountingStoragePort
    AccountingStorageTRES AccountingStorageType AccountingStorageUser AccountingStoreFlags AccountingStoreJobComment
    AcctGatherEnergyType AcctGatherFilesystemType AcctGatherInfinibandType AcctGatherInterconnectType
    AcctGatherNodeFreq AcctGatherProfileType AllowSpecResourcesUsage AuthAltParameters AuthAltTypes AuthInfo
    AuthType BackupAddr BackupController BatchStartTimeout BcastExclude BcastParameters BurstBufferParameters
    BurstBufferType CertmgrParameters CertmgrType CliFilterPlugins ClusterName CommunicationParameters CompleteWait
    ControlAddr ControlMachine CoreSpecPlugin CpuFreqDef CpuFreqGovernors CredType CryptoType DataParserParameters
    DebugFlags DefCPUPerGPU DefMemPerCPU DefMemPerGPU DefMemPerNode DependencyParameters DisableRootJobs DownNodes
    EioTimeout EnforcePartLimits Epilog EpilogMsgTime EpilogSlurmctld ExtSensorsFreq ExtSensorsType
    FairShareDampeningFactor FastSchedule FederationParameters FirstJobId FrontendName GetEnvTimeout GpuFreqDef
    GresTypes GroupUpdateForce GroupUpdateTime HashPlugin HealthCheckInterval HealthCheckNodeState
    HealthCheckProgram InactiveLimit InteractiveStepOptions JobAcctGatherFrequency JobAcctGatherParams
    JobAcctGatherType JobCompHost JobCompLoc JobCompParams JobCompPass JobCompPort JobCompType JobCompUser
    JobContainerType JobCredentialPrivateKey JobCredentialPublicCertificate JobFileAppend JobRequeue
    JobSubmitPlugins KeepAliveTime KillOnBadExit KillWait LaunchParameters LaunchType Licenses LogTimeFormat
    MailDomain MailProg MaxArraySize MaxBatchRequeue MaxDBDMsgs MaxJobCount MaxJobId MaxMemPerCPU MaxMemPerNode
    MaxNodeCount MaxStepCount MaxTasksPerNode MCSParameters MCSPlugin MessageTimeout MinJobAge MpiDefault MpiParams
    NodeFeaturesPlugins NodeName NodeSet OverTimeLimit PartitionName PluginDir PlugStackConfig PowerParameters
    PowerPlugin PreemptExemptTime PreemptMode PreemptParameters PreemptType PrEpParameters PrEpPlugins
    PriorityCalcPeriod PriorityDecayHalfLife PriorityFavorSmall PriorityFlags PriorityMaxAge PriorityParameters
    PrioritySiteFactorParameters PrioritySiteFactorPlugin PriorityType PriorityUsageResetPeriod PriorityWeightAge
    PriorityWeightAssoc PriorityWeightFairshare PriorityWeightJobSize PriorityWeightPartition PriorityWeightQOS
    PriorityWeightTRES PrivateData ProctrackType Prolog PrologEpilogTimeout PrologFlags PrologSlurmctld
    PropagatePrioProcess PropagateResourceLimits PropagateResourceLimitsExcept RebootProgram ReconfigFlags
    RequeueExit RequeueExitHold ResumeFailProgram ResumeProgram ResumeRate ResumeTimeout ResvEpilog ResvOverRun
    ResvProlog ReturnToService RoutePlugin SallocDefaultCommand SbcastParameters SchedulerParameters
    SchedulerTimeSlice SchedulerType ScronParameters SelectType SelectTypeParameters SlurmctldAddr SlurmctldDebug
    SlurmctldHost SlurmctldLogFile SlurmctldParameters SlurmctldPidFile SlurmctldPort SlurmctldPrimaryOffProg
    SlurmctldPrimaryOnProg SlurmctldSyslogDebug SlurmctldTimeout SlurmdDebug SlurmdLogFile SlurmdParameters
    SlurmdPidFile SlurmdPort SlurmdSpoolDir SlurmdSyslogDebug SlurmdTimeout SlurmdUser SlurmSchedLogFile
    SlurmSchedLogLevel SlurmUser SrunEpilog SrunPortRange SrunProlog StateSaveLocation SuspendExcNodes
    SuspendExcParts SuspendExcStates SuspendProgram SuspendRate SuspendTime SuspendTimeout SwitchParameters
    SwitchType TaskEpilog TaskPlugin TaskPluginParam TaskProlog TCPTimeout TLSParameters TLSType TmpFS TopologyParam
    TopologyPlugin TrackWCKey TreeWidth UnkillableStepProgram UnkillableStepTimeout UsePAM VSizeFactor WaitTime
    X11Parameters
"""
)
_CERTGEN = _words("CertgenParameters CertgenType EpilogTimeout PrologTimeout")
_NEWER_THAN_24_05 = _words("CertmgrParameters CertmgrType DataParserParameters")
_SLURM_CONF_ADDS: dict[Version, frozenset[str]] = {
    (23, 11): _words("SchedulerAuth"),
    (25, 5): _CERTGEN,
    (25, 11): _CERTGEN
    | _words("CliFilterParameters HttpParserType JobCompPassScript MetricsType NamespaceType UrlParserType"),
}
_SLURM_CONF_LACKS: dict[Version, frozenset[str]] = {
    (23, 11): _NEWER_THAN_24_05 | _words("HashPlugin TLSParameters TLSType"),
    (24, 5): _NEWER_THAN_24_05,
    (25, 5): _words("FrontendName"),
    (25, 11): _words("FrontendName AccountingStorageLoc"),
}
_DEFUNCT = _words("JobCredentialPrivateKey JobCredentialPublicCertificate ExtSensorsType ExtSensorsFreq")
_DEFUNCT_SINCE: tuple[tuple[Version, frozenset[str]], ...] = (
    ((23, 11), _DEFUNCT),
    ((24, 5), _words("CoreSpecPlugin PowerParameters PowerPlugin")),
    ((25, 5), _words("GetEnvTimeout")),
    ((25, 11), _words("AccountingStorageUser")),
)

# The keys that may follow the first one of a line
_NODE = _words(
    """
    BcastAddr Boards CoreSpecCount CoresPerSocket CpuBind CPUs CPUSpecList Feature Features Gres MemSpecLimit NodeAddr
    NodeHostname Port Procs RealMemory Reason Sockets SocketsPerBoard State ThreadsPerCore TmpDisk TRESWeights Weight
    """
)
_PARTITION = _words(
    """
    AllocNodes AllowAccounts AllowGroups AllowQos Alternate CpuBind DefCPUPerGPU DefMemPerCPU DefMemPerGPU
    DefMemPerNode Default DefaultTime DenyAccounts DenyQos DisableRootJobs ExclusiveUser GraceTime Hidden LLN
    MaxCPUsPerNode MaxCPUsPerSocket MaxMemPerCPU MaxMemPerNode MaxNodes MaxTime MinNodes Nodes OverSubscribe
    OverTimeLimit PowerDownOnIdle PreemptMode Priority PriorityJobFactor PriorityTier QOS ReqResv ResumeTimeout
    RootOnly SelectTypeParameters Shared State SuspendTime SuspendTimeout TRESBillingWeights
    """
)
_FOLLOWERS_SINCE: tuple[tuple[Version, str, frozenset[str]], ...] = (
    ((23, 11), "nodename", _NODE),
    ((24, 5), "nodename", _words("RestrictedCoresPerGPU")),
    ((25, 5), "nodename", _words("Topology")),
    ((25, 11), "nodename", _words("GresConf Parameters")),
    ((23, 11), "partitionname", _PARTITION),
    ((24, 5), "partitionname", _words("ExclusiveTopo")),
    ((25, 5), "partitionname", _words("Topology")),
    ((23, 11), "downnodes", _words("Reason State")),
    ((23, 11), "nodeset", _words("Feature Nodes")),
)

_GRES = _words("AutoDetect Count CPUs Cores File Files Flags Link Links MultipleFiles Name Type")
_CGROUP = _words(
    """
    CgroupAutomount CgroupMountpoint ConstrainCores ConstrainRAMSpace AllowedRAMSpace MaxRAMPercent MinRAMSpace
    ConstrainSwapSpace AllowedSwapSpace MaxSwapPercent MemoryLimitEnforcement MemoryLimitThreshold ConstrainDevices
    AllowedDevicesFile MemorySwappiness CgroupPlugin IgnoreSystemd IgnoreSystemdOnFailure EnableControllers
    SignalChildrenProcesses
    """
)
_CGROUP_SINCE: tuple[tuple[Version, frozenset[str]], ...] = (
    ((23, 11), _CGROUP),
    ((24, 5), _words("SystemdTimeout")),
    ((25, 5), _words("EnableExtraControllers")),
    ((25, 11), _words("CgroupSlice")),
)
TOPOLOGY: dict[str, dict[str, frozenset[str]]] = {
    "tree": {"switchname": _words("LinkSpeed Nodes Switches")},
    "block": {"blockname": _words("Nodes"), "blocksizes": frozenset()},
}


def slurm_conf(version: Version) -> frozenset[str]:
    """Keys that may begin a line of slurm.conf, in lower case."""
    return (_SLURM_CONF | _SLURM_CONF_ADDS.get(version, frozenset())) - _SLURM_CONF_LACKS.get(version, frozenset())


def defunct(version: Version) -> frozenset[str]:
    """Keys of slurm.conf that are still read, complained of, and do nothing."""
    return frozenset().union(*(names for since, names in _DEFUNCT_SINCE if since <= version))


def followers(version: Version, first: str) -> frozenset[str]:
    """Keys that may follow ``first`` on its line of slurm.conf; most stand alone."""
    return frozenset().union(*(k for since, f, k in _FOLLOWERS_SINCE if f == first and since <= version))


def gres() -> frozenset[str]:
    """Keys of a line of gres.conf, beside NodeName."""
    return _GRES


def cgroup(version: Version) -> frozenset[str]:
    """Keys of cgroup.conf."""
    return frozenset().union(*(names for since, names in _CGROUP_SINCE if since <= version))
