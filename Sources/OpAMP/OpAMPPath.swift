/// Where OpAMP is served.
package enum OpAMPPath {
    package static let opamp = "/v1/opamp"
    package static let contentType = "application/x-protobuf"
}
