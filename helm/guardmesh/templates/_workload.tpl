{{/*
What gateway and services have in common: Deployment, ServiceAccount, PodDisruptionBudget,
HorizontalPodAutoscaler. Takes root, name, env (a rendered list), ports (name: number), probe (the port
that answers /health) and edge (whether clients outside the mesh connect).
*/}}
{{- define "guardmesh.workload" -}}
{{- $values := index .root.Values .name -}}
{{- $linkerd := .root.Values.linkerd -}}
{{- $tlsSecret := ternary $values.tlsSecret "" (default false .edge) -}}
{{- /* Secrets as files below /etc/guardmesh: the folder, and the Secret. */}}
{{- $files := dict }}
{{- with $tlsSecret }}
{{- $_ := set $files "tls" . }}
{{- end }}
{{- if not .edge }}
{{- with .root.Values.database.caSecret }}
{{- $_ := set $files "database-ca" . }}
{{- end }}
{{- with $values.remoteCaSecret }}
{{- $_ := set $files "remote-ca" . }}
{{- end }}
{{- end }}
{{- $scheme := ternary ", scheme: HTTPS" "" (not (empty $tlsSecret)) -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "guardmesh.fullname" . }}
  labels:
    {{- include "guardmesh.labels" . | nindent 4 }}
automountServiceAccountToken: false
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "guardmesh.fullname" . }}
  labels:
    {{- include "guardmesh.labels" . | nindent 4 }}
spec:
  {{- if not $values.autoscaling.enabled }}
  replicas: {{ $values.replicas }}
  {{- end }}
  strategy:
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  selector:
    matchLabels:
      {{- include "guardmesh.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "guardmesh.labels" . | nindent 8 }}
      {{- if $linkerd.enabled }}
      annotations:
        linkerd.io/inject: enabled
        config.linkerd.io/default-inbound-policy: deny
        {{- if .edge }}
        # Clients outside the mesh connect here, and their address must stay visible.
        config.linkerd.io/skip-inbound-ports: {{ .ports.http | quote }}
        {{- end }}
        {{- with $linkerd.opaquePorts }}
        config.linkerd.io/opaque-ports: {{ . | quote }}
        {{- end }}
      {{- end }}
    spec:
      serviceAccountName: {{ include "guardmesh.fullname" . }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: 45
      securityContext:
        {{- include "guardmesh.podSecurity" . | nindent 8 }}
      {{- with .root.Values.image.pullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "guardmesh.selector" . | nindent 14 }}
      containers:
        - name: {{ .name }}
          image: {{ include "guardmesh.image" (dict "root" .root "binary" (printf "guardmesh-%s" .name)) }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          securityContext:
            {{- include "guardmesh.containerSecurity" . | nindent 12 }}
          env:
            - name: GUARDMESH_ENV
              value: production
            - name: LOG_FORMAT
              value: json
            - name: LOG_FILTER
              value: {{ .root.Values.log.filter | quote }}
            {{- include "guardmesh.secretVariable" (dict "key" "GUARDMESH_CALLER_KEY" "secret" .root.Values.callerKeySecret) | nindent 12 }}
            {{- .env | nindent 12 }}
            {{- range $key, $value := $values.env }}
            - name: {{ $key }}
              value: {{ $value | quote }}
            {{- end }}
          ports:
            {{- range $name, $port := .ports }}
            - name: {{ $name }}
              containerPort: {{ $port }}
            {{- end }}
          # httpGet on a port of its own: the mesh lets the kubelet's probes in by these alone.
          startupProbe:
            httpGet: {path: /health/live, port: {{ .probe }}{{ $scheme }}}
            periodSeconds: 1
            failureThreshold: 30
          livenessProbe:
            httpGet: {path: /health/live, port: {{ .probe }}{{ $scheme }}}
            periodSeconds: 10
            timeoutSeconds: 3
          readinessProbe:
            httpGet: {path: /health/ready, port: {{ .probe }}{{ $scheme }}}
            periodSeconds: 3
            timeoutSeconds: 3
          {{- if not .edge }}
          # Endpoints forget a pod a moment after it is told to stop. (The gateway waits by itself.)
          lifecycle:
            preStop:
              sleep: {seconds: 5}
          {{- end }}
          resources:
            {{- toYaml $values.resources | nindent 12 }}
          {{- with $files }}
          volumeMounts:
            {{- range $name, $secret := . }}
            - {name: {{ $name }}, mountPath: /etc/guardmesh/{{ $name }}, readOnly: true}
            {{- end }}
      volumes:
        {{- range $name, $secret := . }}
        - name: {{ $name }}
          secret: {secretName: {{ $secret }}}
        {{- end }}
          {{- end }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "guardmesh.fullname" . }}
  labels:
    {{- include "guardmesh.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "guardmesh.selector" . | nindent 6 }}
{{- if $values.autoscaling.enabled }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ include "guardmesh.fullname" . }}
  labels:
    {{- include "guardmesh.labels" . | nindent 4 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "guardmesh.fullname" . }}
  minReplicas: {{ $values.autoscaling.min }}
  maxReplicas: {{ $values.autoscaling.max }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ $values.autoscaling.cpuPercent }}
{{- end }}
{{- end }}
