using Mono.Cecil;
using Mono.Cecil.Cil;

namespace JustAlexNet.Architecture.Tests.Reading;

/// <summary>
/// Every use of one type by another in compiled code: signatures, fields, bases, attributes, locals, catch clauses and the instructions of
/// method bodies, lambdas and iterators included.
/// </summary>
/// <remarks>A constant is copied into the code that uses it and leaves no trace there; the <c>using</c> directives, which are tested too, show that one.</remarks>
internal static class References
{
    public static IReadOnlyList<Reference> Of(ModuleDefinition module) => [.. module.GetTypes().SelectMany(Of).Distinct()];

    private static IEnumerable<Reference> Of(TypeDefinition type)
    {
        var from = NameOf(type);
        var types = Shape(type).Concat(type.Methods.SelectMany(Signature)).Concat(type.Methods.Where(m => m.HasBody).SelectMany(Body));
        foreach (var used in types.SelectMany(Parts)) yield return new Reference(from, NameOf(used), null);
        foreach (var member in type.Methods.Where(m => m.HasBody).SelectMany(Members))
            foreach (var owner in Parts(member.DeclaringType)) yield return new Reference(from, NameOf(owner), MemberName(member));
    }

    private static IEnumerable<TypeReference?> Shape(TypeDefinition type) =>
    [
        type.BaseType, .. type.Interfaces.Select(i => i.InterfaceType), .. type.GenericParameters.SelectMany(g => g.Constraints).Select(c => c.ConstraintType),
        .. type.Fields.Select(f => f.FieldType),
        .. new ICustomAttributeProvider[] { type }.Concat(type.Fields).Concat(type.Properties).Concat(type.Events).SelectMany(Attributes),
    ];

    private static IEnumerable<TypeReference?> Signature(MethodDefinition method) =>
    [
        method.ReturnType, .. method.Parameters.Select(p => p.ParameterType), .. method.GenericParameters.SelectMany(g => g.Constraints).Select(c => c.ConstraintType),
        .. Attributes(method), .. method.Parameters.SelectMany(Attributes), .. Attributes(method.MethodReturnType),
    ];

    private static IEnumerable<TypeReference?> Attributes(ICustomAttributeProvider bearer) =>
        bearer.CustomAttributes.SelectMany(a => a.ConstructorArguments.Select(c => c.Value as TypeReference).Prepend(a.AttributeType));

    private static IEnumerable<TypeReference?> Body(MethodDefinition method) =>
    [
        .. method.Body.Variables.Select(v => v.VariableType), .. method.Body.ExceptionHandlers.Select(h => h.CatchType),
        .. method.Body.Instructions.SelectMany(Operand),
    ];

    private static IEnumerable<TypeReference?> Operand(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        GenericInstanceMethod method => [.. method.GenericArguments, .. Types(method)],
        MethodReference method => Types(method),
        FieldReference field => [field.DeclaringType, field.FieldType],
        CallSite call => [call.ReturnType, .. call.Parameters.Select(p => p.ParameterType)],
        _ => [],
    };

    private static IEnumerable<TypeReference?> Types(MethodReference method) =>
        [method.DeclaringType, method.ReturnType, .. method.Parameters.Select(p => p.ParameterType)];

    private static IEnumerable<MemberReference> Members(MethodDefinition method) =>
        method.Body.Instructions.Select(i => i.Operand).OfType<MemberReference>().Where(m => m is MethodReference or FieldReference);

    private static string MemberName(MemberReference member) => member is MethodReference { Name: ".ctor" } constructor
        ? $".ctor({string.Join(",", constructor.Parameters.Select(p => p.ParameterType.Name))})"
        : member.Name;

    /// <summary>Takes arrays, pointers, references and generic instances apart; type parameters are nobody's type.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => Parts(generic.ElementType).Concat(generic.GenericArguments.SelectMany(Parts)),
        IModifierType modified => Parts(modified.ElementType).Concat(Parts(modified.ModifierType)),
        FunctionPointerType pointer => Parts(pointer.ReturnType).Concat(pointer.Parameters.SelectMany(p => Parts(p.ParameterType))),
        TypeSpecification specification => Parts(specification.ElementType),
        _ => [type],
    };

    private static string NameOf(TypeReference type) => type.DeclaringType is { } outer ? NameOf(outer) : type.FullName;
}
