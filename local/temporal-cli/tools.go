//go:build tools

// Package tools pins the Temporal CLI (a development server with its UI), so that `go build` can make it from the Go
// module proxy on a machine that cannot reach the vendor's download.
package tools

import _ "github.com/temporalio/cli/cmd/temporal"
