// Every emulated cluster function, once: FUNCTION(module, name) for each.
//
// Declares them in resforge::rhs::emulated with the signatures of cluster_api.h. Natively those
// are the global C functions, under which a resource DLL finds them. On Windows they are
// functions of the host that replace the imports of the DLL.
#pragma once

#include "resforge/cluster_api.h"

#ifdef _WIN32
#define RESFORGE_EMULATED
#else
#define RESFORGE_EMULATED extern "C"
#endif

#define RESFORGE_CLUSTER_FUNCTIONS(FUNCTION)                        \
    FUNCTION(clusapi, ClusterRegGetKeySecurity)                     \
    FUNCTION(clusapi, ClusterRegSetKeySecurity)                     \
    FUNCTION(clusapi, OpenCluster)                                  \
    FUNCTION(clusapi, CloseCluster)                                 \
    FUNCTION(clusapi, OpenClusterResource)                          \
    FUNCTION(clusapi, CloseClusterResource)                         \
    FUNCTION(clusapi, OpenClusterGroup)                             \
    FUNCTION(clusapi, CloseClusterGroup)                            \
    FUNCTION(clusapi, OpenClusterNode)                              \
    FUNCTION(clusapi, CloseClusterNode)                             \
    FUNCTION(clusapi, GetClusterKey)                                \
    FUNCTION(clusapi, GetClusterResourceKey)                        \
    FUNCTION(clusapi, GetClusterResourceTypeKey)                    \
    FUNCTION(clusapi, GetClusterGroupKey)                           \
    FUNCTION(clusapi, GetClusterNodeKey)                            \
    FUNCTION(clusapi, GetClusterResourceState)                      \
    FUNCTION(clusapi, GetClusterGroupState)                         \
    FUNCTION(clusapi, GetClusterNodeState)                          \
    FUNCTION(clusapi, GetClusterNodeId)                             \
    FUNCTION(clusapi, GetNodeClusterState)                          \
    FUNCTION(clusapi, GetClusterInformation)                        \
    FUNCTION(clusapi, GetClusterResourceNetworkName)                \
    FUNCTION(clusapi, CanResourceBeDependent)                       \
    FUNCTION(clusapi, AddClusterResourceNode)                       \
    FUNCTION(clusapi, ClusterResourceOpenEnum)                      \
    FUNCTION(clusapi, ClusterResourceGetEnumCount)                  \
    FUNCTION(clusapi, ClusterResourceEnum)                          \
    FUNCTION(clusapi, ClusterResourceCloseEnum)                     \
    FUNCTION(clusapi, ClusterGroupOpenEnum)                         \
    FUNCTION(clusapi, ClusterGroupGetEnumCount)                     \
    FUNCTION(clusapi, ClusterGroupEnum)                             \
    FUNCTION(clusapi, ClusterGroupCloseEnum)                        \
    FUNCTION(clusapi, ClusterResourceControl)                       \
    FUNCTION(clusapi, ClusterResourceTypeControl)                   \
    FUNCTION(clusapi, ClusterGroupControl)                          \
    FUNCTION(clusapi, AddClusterResourceDependency)                 \
    FUNCTION(clusapi, RemoveClusterResourceDependency)              \
    FUNCTION(clusapi, RemoveClusterResourceNode)                    \
    FUNCTION(clusapi, ChangeClusterResourceGroup)                   \
    FUNCTION(clusapi, CreateClusterResource)                        \
    FUNCTION(clusapi, DeleteClusterResource)                        \
    FUNCTION(clusapi, FailClusterResource)                          \
    FUNCTION(clusapi, OnlineClusterResource)                        \
    FUNCTION(clusapi, OfflineClusterResource)                       \
    FUNCTION(clusapi, SetClusterResourceName)                       \
    FUNCTION(clusapi, CreateClusterGroup)                           \
    FUNCTION(clusapi, DeleteClusterGroup)                           \
    FUNCTION(clusapi, DestroyClusterGroup)                          \
    FUNCTION(clusapi, MoveClusterGroup)                             \
    FUNCTION(clusapi, OnlineClusterGroup)                           \
    FUNCTION(clusapi, OfflineClusterGroup)                          \
    FUNCTION(clusapi, SetClusterGroupName)                          \
    FUNCTION(clusapi, SetClusterGroupNodeList)                      \
    FUNCTION(clusapi, SetClusterName)                               \
    FUNCTION(clusapi, SetClusterQuorumResource)                     \
    FUNCTION(clusapi, SetClusterServiceAccountPassword)             \
    FUNCTION(clusapi, ClusterRegCreateKey)                          \
    FUNCTION(clusapi, ClusterRegOpenKey)                            \
    FUNCTION(clusapi, ClusterRegCloseKey)                           \
    FUNCTION(clusapi, ClusterRegDeleteKey)                          \
    FUNCTION(clusapi, ClusterRegEnumKey)                            \
    FUNCTION(clusapi, ClusterRegSetValue)                           \
    FUNCTION(clusapi, ClusterRegDeleteValue)                        \
    FUNCTION(clusapi, ClusterRegQueryValue)                         \
    FUNCTION(clusapi, ClusterRegEnumValue)                          \
    FUNCTION(clusapi, ClusterRegQueryInfoKey)                       \
    FUNCTION(resutils, ResUtilEnumProperties)                       \
    FUNCTION(resutils, ResUtilEnumPrivateProperties)                \
    FUNCTION(resutils, ResUtilGetPropertyFormats)                   \
    FUNCTION(resutils, ResUtilGetProperties)                        \
    FUNCTION(resutils, ResUtilGetAllProperties)                     \
    FUNCTION(resutils, ResUtilGetPrivateProperties)                 \
    FUNCTION(resutils, ResUtilGetPropertySize)                      \
    FUNCTION(resutils, ResUtilGetProperty)                          \
    FUNCTION(resutils, ResUtilGetPropertiesToParameterBlock)        \
    FUNCTION(resutils, ResUtilPropertyListFromParameterBlock)       \
    FUNCTION(resutils, ResUtilVerifyPropertyTable)                  \
    FUNCTION(resutils, ResUtilVerifyPrivatePropertyList)            \
    FUNCTION(resutils, ResUtilSetPropertyTable)                     \
    FUNCTION(resutils, ResUtilSetPropertyTableEx)                   \
    FUNCTION(resutils, ResUtilSetPropertyParameterBlock)            \
    FUNCTION(resutils, ResUtilSetPropertyParameterBlockEx)          \
    FUNCTION(resutils, ResUtilSetUnknownProperties)                 \
    FUNCTION(resutils, ResUtilSetPrivatePropertyList)               \
    FUNCTION(resutils, ResUtilAddUnknownProperties)                 \
    FUNCTION(resutils, ResUtilDupParameterBlock)                    \
    FUNCTION(resutils, ResUtilFreeParameterBlock)                   \
    FUNCTION(resutils, ResUtilFindDwordProperty)                    \
    FUNCTION(resutils, ResUtilFindLongProperty)                     \
    FUNCTION(resutils, ResUtilFindULargeIntegerProperty)            \
    FUNCTION(resutils, ResUtilFindSzProperty)                       \
    FUNCTION(resutils, ResUtilFindExpandSzProperty)                 \
    FUNCTION(resutils, ResUtilFindExpandedSzProperty)               \
    FUNCTION(resutils, ResUtilFindMultiSzProperty)                  \
    FUNCTION(resutils, ResUtilFindBinaryProperty)                   \
    FUNCTION(resutils, ResUtilFindFileTimeProperty)                 \
    FUNCTION(resutils, ResUtilGetDwordProperty)                     \
    FUNCTION(resutils, ResUtilGetLongProperty)                      \
    FUNCTION(resutils, ResUtilGetFileTimeProperty)                  \
    FUNCTION(resutils, ResUtilGetSzProperty)                        \
    FUNCTION(resutils, ResUtilGetMultiSzProperty)                   \
    FUNCTION(resutils, ResUtilGetBinaryProperty)                    \
    FUNCTION(resutils, ResUtilGetSzValue)                           \
    FUNCTION(resutils, ResUtilGetDwordValue)                        \
    FUNCTION(resutils, ResUtilGetQwordValue)                        \
    FUNCTION(resutils, ResUtilGetBinaryValue)                       \
    FUNCTION(resutils, ResUtilSetDwordValue)                        \
    FUNCTION(resutils, ResUtilSetQwordValue)                        \
    FUNCTION(resutils, ResUtilSetSzValue)                           \
    FUNCTION(resutils, ResUtilSetExpandSzValue)                     \
    FUNCTION(resutils, ResUtilSetMultiSzValue)                      \
    FUNCTION(resutils, ResUtilSetBinaryValue)                       \
    FUNCTION(resutils, ResUtilStartResourceService)                 \
    FUNCTION(resutils, ResUtilVerifyResourceService)                \
    FUNCTION(resutils, ResUtilStopResourceService)                  \
    FUNCTION(resutils, ResUtilVerifyService)                        \
    FUNCTION(resutils, ResUtilStopService)                          \
    FUNCTION(resutils, ResUtilSetResourceServiceEnvironment)        \
    FUNCTION(resutils, ResUtilRemoveResourceServiceEnvironment)     \
    FUNCTION(resutils, ResUtilGetEnvironmentWithNetName)            \
    FUNCTION(resutils, ResUtilFreeEnvironment)                      \
    FUNCTION(resutils, ResUtilDupString)                            \
    FUNCTION(resutils, ResUtilExpandEnvironmentStrings)             \
    FUNCTION(resutils, ResUtilGetResourceDependency)                \
    FUNCTION(resutils, ResUtilGetResourceDependencyByName)          \
    FUNCTION(resutils, ResUtilGetResourceDependencyByClass)         \
    FUNCTION(resutils, ResUtilGetResourceNameDependency)            \
    FUNCTION(resutils, ResUtilGetResourceDependentIPAddressProps)   \
    FUNCTION(resutils, ResUtilGetResourceName)                      \
    FUNCTION(resutils, ResUtilResourcesEqual)                       \
    FUNCTION(resutils, ResUtilResourceTypesEqual)                   \
    FUNCTION(resutils, ResUtilFindDependentDiskResourceDriveLetter) \
    FUNCTION(resutils, ClusWorkerCreate)                            \
    FUNCTION(resutils, ClusWorkerCheckTerminate)                    \
    FUNCTION(resutils, ClusWorkerTerminate)                         \
    FUNCTION(resutils, ClusWorkerTerminateEx)                       \
    FUNCTION(resutils, ClusWorkersTerminate)                        \
    FUNCTION(advapi32, OpenSCManagerW)                              \
    FUNCTION(advapi32, OpenServiceW)                                \
    FUNCTION(advapi32, CloseServiceHandle)                          \
    FUNCTION(advapi32, QueryServiceStatus)                          \
    FUNCTION(advapi32, ControlService)                              \
    FUNCTION(advapi32, StartServiceW)

namespace resforge::rhs::emulated {

#define RESFORGE_DECLARE(module, name) RESFORGE_EMULATED decltype(::name) name;
RESFORGE_CLUSTER_FUNCTIONS(RESFORGE_DECLARE)
#undef RESFORGE_DECLARE

}  // namespace resforge::rhs::emulated
