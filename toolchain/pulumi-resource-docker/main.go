// pulumi-resource-docker serves the resources of @pulumi/docker 5.2.0 that this project uses on machines that cannot
// download the official plugin. It is built from the same two parts as the official one, Pulumi's Terraform bridge and
// the Terraform Docker provider, so that states written by either can be read by the other.
package main

import (
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/terraform-providers/terraform-provider-docker/shim"
)

const version = "5.2.0"

// schema is the least that the engine asks of a plugin; the SDK in node_modules carries the full one.
const schema = `{"name":"docker","version":"` + version + `"}`

func main() {
	tfbridge.Main("docker", version, providerInfo(), []byte(schema))
}

// providerInfo maps resources to the SDK's names. A field that is named here would otherwise get a plural or a random
// suffix, which the SDK does not have.
func providerInfo() tfbridge.ProviderInfo {
	info := tfbridge.ProviderInfo{
		P:       shimv2.NewProvider(shim.New(version)),
		Name:    "docker",
		Version: version,
		Config: map[string]*tfbridge.SchemaInfo{
			"registry_auth": {Name: "registryAuth", MaxItemsOne: tfbridge.False()},
		},
		Resources: map[string]*tfbridge.ResourceInfo{
			"docker_container": {
				Tok:                 token("Container"),
				DeleteBeforeReplace: true,
				Fields: map[string]*tfbridge.SchemaInfo{
					"command":           {Name: "command"},
					"networks_advanced": {Name: "networksAdvanced"},
				},
			},
			"docker_image": {
				Tok:    token("RemoteImage"),
				Fields: map[string]*tfbridge.SchemaInfo{"name": {Name: "name"}},
			},
			"docker_network": {Tok: token("Network")},
			"docker_service": {Tok: token("Service")},
			"docker_tag":     {Tok: token("Tag")},
			"docker_volume":  {Tok: token("Volume")},
		},
		IgnoreMappings: []string{
			"docker_buildx_builder", "docker_config", "docker_plugin", "docker_registry_image", "docker_secret",
		},
	}
	info.SetAutonaming(255, "-")
	return info
}

func token(name string) tokens.Type {
	return tfbridge.MakeResource("docker", "index", name)
}
