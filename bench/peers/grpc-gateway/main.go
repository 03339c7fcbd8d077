// The measured services behind grpc-gateway, as its documentation has it.
package main

import (
	"context"
	"log"
	"net/http"
	"os"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	auth "bench/gen/guardmesh/auth/v1"
	guards "bench/gen/guardmesh/guards/v1"
)

func main() {
	mux := runtime.NewServeMux()
	connection, err := grpc.NewClient(os.Getenv("GRPC_BACKEND"),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	if err := auth.RegisterAuthServiceHandler(ctx, mux, connection); err != nil {
		log.Fatal(err)
	}
	if err := guards.RegisterGuardsServiceHandler(ctx, mux, connection); err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("LISTEN_PORT"), mux))
}
