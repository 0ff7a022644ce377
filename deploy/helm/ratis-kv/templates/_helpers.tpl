{{- define "ratis-kv.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "ratis-kv.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "ratis-kv.labels" -}}
{{ include "ratis-kv.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "ratis-kv.peers" -}}
{{- $name := include "ratis-kv.fullname" . -}}
{{- $domain := printf "%s-peers.%s.svc.%s" $name .Release.Namespace .Values.clusterDomain -}}
{{- range $i := until (int .Values.replicas) -}}
{{- if $i }},{{ end }}{{ $name }}-{{ $i }}={{ $name }}-{{ $i }}.{{ $domain }}:9870
{{- end -}}
{{- end -}}

{{- define "ratis-kv.passwordSecret" -}}
{{- .Values.auth.existingSecret | default (printf "%s-password" (include "ratis-kv.fullname" .)) -}}
{{- end -}}

{{- define "ratis-kv.scheme" -}}
{{- if .Values.tls.enabled }}HTTPS{{ else }}HTTP{{ end -}}
{{- end -}}
