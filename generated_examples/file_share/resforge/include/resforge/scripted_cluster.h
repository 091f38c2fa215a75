// What scripted hooks ask of the cluster, as the author of a resource DLL would.
#pragma once

#include "resforge/contexts.h"
#include "resforge/deadlock_list.h"

namespace resforge {

// A resource as the cluster knows it.
class ClusterResource {
  public:
    explicit ClusterResource(TextView name)
        : cluster_(::OpenCluster(nullptr)),
          resource_(::OpenClusterResource(cluster_, Text(name).c_str())) {}
    ClusterResource(const ClusterResource&) = delete;
    ClusterResource& operator=(const ClusterResource&) = delete;
    ~ClusterResource() {
        static_cast<void>(::CloseClusterResource(resource_));
        static_cast<void>(::CloseCluster(cluster_));
    }

    HRESOURCE get() const noexcept { return resource_; }

  private:
    HCLUSTER cluster_;
    HRESOURCE resource_;
};

// What the cluster answers.
inline Bytes add_checkpoint(TextView resource_name, Text path) {
    const ClusterResource resource(resource_name);
    DWORD returned = 0;
    Bytes answer;
    append_number(
        answer, ClusterResourceControl(
                    resource.get(), nullptr, CLUSCTL_RESOURCE_ADD_REGISTRY_CHECKPOINT, path.data(),
                    static_cast<DWORD>(2 * path.size() + 2), nullptr, 0, &returned));
    return answer;
}

// The name of the resource, with the NUL; what it is asked for has no input.
template <class AnyContext>
Bytes name_in_cluster(const AnyContext& context) {
    const ClusterResource resource(context.resource_name());
    Bytes name(1024);
    DWORD returned = 0;
    const DWORD status =
        ClusterResourceControl(context.worker(), resource.get(), nullptr, CLUSCTL_RESOURCE_GET_NAME,
                               nullptr, 0, name.data(), static_cast<DWORD>(name.size()), &returned);
    name.resize(status == ERROR_SUCCESS ? returned : 0);
    return name;
}

// A private property of the format MULTI_SZ: its bytes.
inline Bytes read_texts(TextView resource_name, const Text& name) {
    const ClusterResource resource(resource_name);
    const HKEY key = ::GetClusterResourceKey(resource.get(), KEY_READ);
    HKEY parameters = nullptr;
    LPWSTR texts = nullptr;
    DWORD size = 0;
    Bytes answer;
    if (::ClusterRegOpenKey(key, RESFORGE_TEXT("Parameters"), KEY_READ, &parameters) ==
        ERROR_SUCCESS) {
        if (ResUtilGetMultiSzValue(parameters, name.c_str(), &texts, &size) == ERROR_SUCCESS) {
            const auto* const bytes = static_cast<const BYTE*>(static_cast<void*>(texts));
            answer.assign(bytes, bytes + size);
            static_cast<void>(::LocalFree(texts));
        }
        static_cast<void>(::ClusterRegCloseKey(parameters));
    }
    static_cast<void>(::ClusterRegCloseKey(key));
    return answer;
}

}  // namespace resforge
