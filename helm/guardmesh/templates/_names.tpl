{{- define "guardmesh.labels" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/part-of: guardmesh
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end }}

{{- define "guardmesh.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{/* The name of a part's objects. */}}
{{- define "guardmesh.fullname" -}}
{{ printf "%s-%s" .root.Release.Name .name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* .binary is that of a stage of the Dockerfile. */}}
{{- define "guardmesh.image" -}}
{{- with .root.Values.image.registry }}{{ . }}/{{ end }}{{ .binary }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{/* Passes the `restricted` pod security standard. */}}
{{- define "guardmesh.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "guardmesh.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* One variable from a Secret, under the same name. */}}
{{- define "guardmesh.secretVariable" -}}
- name: {{ .key }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .key }}
      {{- if .optional }}
      optional: true
      {{- end }}
{{- end }}

{{- define "guardmesh.caVolume" -}}
- name: database-ca
  secret:
    secretName: {{ .Values.database.caSecret }}
{{- end }}

{{- define "guardmesh.caMount" -}}
- name: database-ca
  mountPath: /etc/guardmesh/database-ca
  readOnly: true
{{- end }}

{{/* `host:port` of a service's gRPC port. */}}
{{- define "guardmesh.address" -}}
{{ include "guardmesh.fullname" . }}.{{ .root.Release.Namespace }}.svc.cluster.local:50051
{{- end }}
